-- Removes a deleted rider from the tables that refer to riders without a foreign key. It runs after the foreign keys, whose
-- triggers come first by name.
-- Writes former_journey_ids and publications. Called by the trigger below.
CREATE OR REPLACE FUNCTION forget_rider() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE former_journey_ids AS f SET rider_id = NULL WHERE f.rider_id = OLD.id;
  DELETE FROM publications AS p WHERE p.owner_id = OLD.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_forgotten AFTER DELETE ON users
FOR EACH ROW EXECUTE FUNCTION forget_rider();
