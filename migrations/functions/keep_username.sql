-- Refuses a username that another rider gave up, with the error of a taken one, and remembers the one that a rider gives
-- up. It runs after the unique index has waited for the rider who gives the name up.
-- Reads and writes former_usernames. Called by the triggers below.
CREATE OR REPLACE FUNCTION keep_username() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND EXISTS (
    SELECT FROM former_usernames AS f WHERE f.name = lower(NEW.username) AND f.rider_id IS DISTINCT FROM NEW.id
  ) THEN
    RAISE unique_violation USING CONSTRAINT = 'users_username_key', MESSAGE = 'The username is still taken.';
  END IF;
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND lower(OLD.username) IS DISTINCT FROM lower(NEW.username) THEN
    INSERT INTO former_usernames AS f (name, rider_id)
    SELECT lower(OLD.username), CASE WHEN TG_OP = 'UPDATE' THEN OLD.id END WHERE OLD.username IS NOT NULL
    ON CONFLICT (name) DO UPDATE SET rider_id = excluded.rider_id, kept_until = NULL;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_username_changed AFTER INSERT OR UPDATE OF username ON users
FOR EACH ROW EXECUTE FUNCTION keep_username();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_removed AFTER DELETE ON users
FOR EACH ROW EXECUTE FUNCTION keep_username();
