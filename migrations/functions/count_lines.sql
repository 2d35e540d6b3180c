-- Keeps the lines, points and bytes of journey_sizes equal to the rows of tracks.
-- Reads the changed rows. Called by the triggers below.
CREATE OR REPLACE FUNCTION count_lines() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(t.journey_id, -count(*), -sum(t.point_count), 0, 0, -sum(t.bytes)) FROM removed AS t
    GROUP BY t.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(t.journey_id, count(*), sum(t.point_count), 0, 0, sum(t.bytes)) FROM added AS t
    GROUP BY t.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_added AFTER INSERT ON tracks REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_changed AFTER UPDATE ON tracks REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_removed AFTER DELETE ON tracks REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
