ALTER TABLE "outbox" ADD COLUMN "digest_pairs" integer;
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "connection_id" uuid;
