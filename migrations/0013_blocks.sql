CREATE TABLE "blocks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"blocker_id" uuid NOT NULL,
	"blocked_id" uuid,
	"named_by" text NOT NULL,
	"address_hash" "bytea",
	"label" text,
	"name" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocker_id_users_id_fk" FOREIGN KEY ("blocker_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocked_id_users_id_fk" FOREIGN KEY ("blocked_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blocks_blocker_id_idx" ON "blocks" USING btree ("blocker_id","blocked_id");--> statement-breakpoint
CREATE INDEX "blocks_blocked_id_idx" ON "blocks" USING btree ("blocked_id","blocker_id");--> statement-breakpoint
CREATE INDEX "blocks_address_hash_idx" ON "blocks" USING btree ("address_hash") WHERE address_hash is not null;--> statement-breakpoint
CREATE INDEX "blocks_list_idx" ON "blocks" USING btree ("blocker_id","created_at","id");--> statement-breakpoint
-- Every block in both directions: who is in it is nobody to the other.
CREATE VIEW silences AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
