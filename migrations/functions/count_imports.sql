-- Keeps the imports of journey_sizes equal to the rows of imports.
-- Reads the changed rows. Called by the triggers below.
CREATE OR REPLACE FUNCTION count_imports() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(i.journey_id, 0, 0, 0, -count(*), 0) FROM removed AS i GROUP BY i.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(i.journey_id, 0, 0, 0, count(*), 0) FROM added AS i GROUP BY i.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_added AFTER INSERT ON imports REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_changed AFTER UPDATE ON imports REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_removed AFTER DELETE ON imports REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
