ALTER TABLE "journeys" ADD COLUMN "refreshed_at" timestamp (3) with time zone;
