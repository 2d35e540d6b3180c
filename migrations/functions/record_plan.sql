-- Records that a published plan shows other days or places than before. keep_plan writes a published plan only where it
-- changes. The night in which a journey was found to be deleted is no such change.
-- Writes through record_publication. Called by the trigger below.
CREATE OR REPLACE FUNCTION record_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM record_publication(NEW.journey_id, NEW.owner_id, NEW.updated_at, 'plan', pace_m => NEW.pace_m,
    camps => cardinality(NEW.camp_at),
    first_at => least(NEW.first_at, (SELECT min(at) FROM unnest(NEW.camp_at) AS at)),
    last_at => greatest(
      NEW.first_at + NEW.entries_m[cardinality(NEW.entries_m)] / NEW.pace_m * interval '24 hours',
      (SELECT max(at) FROM unnest(NEW.camp_at) AS at)));
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER published_plans_changed AFTER UPDATE ON published_plans
FOR EACH ROW WHEN (OLD.journey_gone_at IS NOT DISTINCT FROM NEW.journey_gone_at) EXECUTE FUNCTION record_plan();
