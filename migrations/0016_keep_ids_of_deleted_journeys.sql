CREATE TABLE "former_journey_ids" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rider_id" uuid,
	"kept_until" timestamp (3) with time zone
);
--> statement-breakpoint
DROP INDEX "privacy_zones_owner_id_idx";
--> statement-breakpoint
ALTER TABLE "markers" DROP CONSTRAINT "markers_pkey";
--> statement-breakpoint
ALTER TABLE "markers" ADD CONSTRAINT "markers_pkey" PRIMARY KEY("journey_id","id");
--> statement-breakpoint
ALTER TABLE "privacy_zones" DROP CONSTRAINT "privacy_zones_pkey";
--> statement-breakpoint
ALTER TABLE "privacy_zones" ADD CONSTRAINT "privacy_zones_pkey" PRIMARY KEY("owner_id","id");
--> statement-breakpoint
CREATE INDEX "former_journey_ids_rider_id_idx" ON "former_journey_ids" USING btree ("rider_id");
--> statement-breakpoint
CREATE INDEX "former_journey_ids_kept_until_idx" ON "former_journey_ids" USING btree ("kept_until");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION forget_rider() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE former_journey_ids AS f SET rider_id = NULL WHERE f.rider_id = OLD.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_forgotten AFTER DELETE ON users
FOR EACH ROW EXECUTE FUNCTION forget_rider();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_journey_id() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO former_journey_ids (id, rider_id)
    VALUES (OLD.id, (SELECT u.id FROM users AS u WHERE u.id = OLD.owner_id))
    ON CONFLICT (id) DO UPDATE SET rider_id = excluded.rider_id, kept_until = NULL;
  ELSIF EXISTS (
    SELECT FROM former_journey_ids AS f WHERE f.id = NEW.id AND f.rider_id IS DISTINCT FROM NEW.owner_id
  ) THEN
    RAISE unique_violation USING CONSTRAINT = 'journeys_pkey', MESSAGE = 'The id is still taken.';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_id_used AFTER INSERT ON journeys
FOR EACH ROW EXECUTE FUNCTION keep_journey_id();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_id_freed AFTER DELETE ON journeys
FOR EACH ROW EXECUTE FUNCTION keep_journey_id();
