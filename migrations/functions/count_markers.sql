-- Keeps the markers and bytes of journey_sizes equal to the rows of markers.
-- Reads the changed rows. Called by the triggers below.
CREATE OR REPLACE FUNCTION count_markers() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(m.journey_id, 0, 0, -count(*), 0, -sum(octet_length(m.name) + octet_length(m.notes)))
    FROM removed AS m GROUP BY m.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(m.journey_id, 0, 0, count(*), 0, sum(octet_length(m.name) + octet_length(m.notes)))
    FROM added AS m GROUP BY m.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_added AFTER INSERT ON markers REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_changed AFTER UPDATE ON markers REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_removed AFTER DELETE ON markers REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
