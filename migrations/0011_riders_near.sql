CREATE TABLE "told_encounters" (
	"journey_no" integer NOT NULL,
	"other_no" integer NOT NULL,
	CONSTRAINT "told_encounters_pkey" PRIMARY KEY("journey_no","other_no")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "riders_near" text DEFAULT 'never' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "next_digest_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "told_encounters" ADD CONSTRAINT "told_encounters_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "told_encounters" ADD CONSTRAINT "told_encounters_other_no_journeys_no_fk" FOREIGN KEY ("other_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "told_encounters_other_no_idx" ON "told_encounters" USING btree ("other_no");--> statement-breakpoint
CREATE INDEX "users_digest_due_idx" ON "users" USING btree ("next_digest_at","id") WHERE riders_near <> 'never' and is_adult and disabled_at is null;