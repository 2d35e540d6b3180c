-- Refuses the id of a journey that another rider deleted, with the error of an existing journey, and remembers the id of a
-- journey that is deleted. It runs after the primary key has waited for the rider who deletes the journey. When an account
-- is deleted, its row is gone before its journeys, so that nobody may use their ids.
-- Reads users; reads and writes former_journey_ids. Called by the triggers below.
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
