ALTER TABLE "outbox" ADD COLUMN "share" text DEFAULT 'request' NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "claimed_at" timestamp (3) with time zone;