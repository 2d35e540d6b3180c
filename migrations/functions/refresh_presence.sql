-- Makes the presence of a journey equal to wanted_presence. Rows that are correct already are not written. A journey that is
-- being published has no presence until then, and its clock and published plan stay as they are.
-- Reads and writes this journey's presence, fixes its clock and keeps its published plan. Called by every commit that changes a journey
-- (src/features/presence/presence.repository.ts). PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
BEGIN
  IF EXISTS (SELECT FROM journeys AS j WHERE j.id = journey AND is_publishing(j)) THEN
    DELETE FROM presence AS p WHERE p.journey_no = changed_no;
    RETURN;
  END IF;
  PERFORM fix_clock(journey, moment);
  PERFORM keep_plan(journey, moment);

  WITH wanted AS MATERIALIZED (
    SELECT w.place, w.journey_no, w.visits FROM wanted_presence(journey, moment) AS w
  ), gone AS (
    DELETE FROM presence AS p
    WHERE p.journey_no = changed_no AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.place = p.place)
  )
  INSERT INTO presence AS p (place, journey_no, visits)
  SELECT w.place, w.journey_no, w.visits FROM wanted AS w
  ON CONFLICT (place, journey_no) DO UPDATE SET visits = excluded.visits WHERE p.visits <> excluded.visits;
END
$$;
