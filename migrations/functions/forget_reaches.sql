-- Deletes the cached rows (presence_reaches) of each journey whose presence a statement has changed.
-- Reads the changed rows. Called by the triggers below.
CREATE OR REPLACE FUNCTION forget_reaches() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  changed_no integer;
BEGIN
  FOR changed_no IN SELECT DISTINCT c.journey_no FROM changed AS c LOOP
    DELETE FROM presence_reaches AS r WHERE r.journey_no = changed_no;
  END LOOP;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_added AFTER INSERT ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_changed AFTER UPDATE ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_removed AFTER DELETE ON presence REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
