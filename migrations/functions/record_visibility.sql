-- Records that others may see a journey from now on, in another way, or not any more.
-- Writes through record_publication. Called by the triggers below.
CREATE OR REPLACE FUNCTION record_visibility() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM record_publication(NEW.id, NEW.owner_id, NEW.updated_at, 'visibility', visibility => NEW.visibility);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_made_visible AFTER INSERT ON journeys
FOR EACH ROW WHEN (NEW.visibility <> 'private') EXECUTE FUNCTION record_visibility();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_visibility_changed AFTER UPDATE OF visibility ON journeys
FOR EACH ROW WHEN (OLD.visibility <> NEW.visibility) EXECUTE FUNCTION record_visibility();
