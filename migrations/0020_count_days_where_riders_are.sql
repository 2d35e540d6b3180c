ALTER TABLE "tracks" ADD COLUMN "ridden_on" date[];
--> statement-breakpoint
-- The zone of earlier rides was not kept, so their days stay those in UTC.
UPDATE tracks SET ridden_on = (SELECT array_agg(DISTINCT (at AT TIME ZONE 'UTC')::date) FROM unnest(recorded_at) AS at)
WHERE kind = 'past' AND recorded_at IS NOT NULL;
