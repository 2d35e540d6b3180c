ALTER TABLE "told_encounters" ADD COLUMN "mail_id" uuid;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "digest_rider_id" uuid;--> statement-breakpoint
ALTER TABLE "told_encounters" ADD CONSTRAINT "told_encounters_mail_id_outbox_id_fk" FOREIGN KEY ("mail_id") REFERENCES "public"."outbox"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_digest_rider_id_users_id_fk" FOREIGN KEY ("digest_rider_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "told_encounters_mail_id_idx" ON "told_encounters" USING btree ("mail_id") WHERE mail_id is not null;--> statement-breakpoint
CREATE INDEX "outbox_digest_rider_id_idx" ON "outbox" USING btree ("digest_rider_id") WHERE digest_rider_id is not null;