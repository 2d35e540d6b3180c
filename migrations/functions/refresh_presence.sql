-- Makes the presence of a journey equal to wanted_presence. Rows that are correct already are not written. A journey that is
-- being published has no presence until then, and its clock and published plan stay as they are. With `keeps_former`, a cell
-- that the plan no longer has becomes a former place.
-- Reads and writes this journey's presence and former places, fixes its clock and keeps its published plan. Called by every
-- commit that changes a journey (src/features/presence/presence.repository.ts). PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz, keeps_former boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
  is_hidden CONSTANT boolean := EXISTS (SELECT FROM journeys AS j WHERE j.id = journey AND is_publishing(j));
  former published_plans;
BEGIN
  SELECT * INTO former FROM published_plans AS p WHERE p.journey_id = journey;
  IF NOT is_hidden THEN
    PERFORM fix_clock(journey, moment);
    PERFORM keep_plan(journey, moment);
  END IF;
  DELETE FROM former_places AS f USING journeys AS j, users AS u
  WHERE f.journey_no = changed_no AND j.no = changed_no AND u.id = j.owner_id AND (
    f.kept_until <= last_night(moment) OR f.zones_revision <> u.zones_revision OR j.visibility = 'private' OR j.is_over);

  WITH current_presence AS MATERIALIZED (
    SELECT w.place, w.visits FROM wanted_presence(journey, moment) AS w
  ), former_now AS (
    INSERT INTO former_places AS f (journey_no, place, visits, zones_revision, kept_until)
    SELECT changed_no, o.place, o.visits, u.zones_revision, moment + greatest(48, j.delay_h) * interval '1 hour'
    FROM (SELECT array_agg(w.place) AS places, array_agg(w.visits) AS visits FROM current_presence AS w) AS kept
    CROSS JOIN LATERAL former_visits(changed_no, kept.places, kept.visits, former, moment) AS o
    JOIN journeys AS j ON j.no = changed_no JOIN users AS u ON u.id = j.owner_id
    WHERE keeps_former AND j.visibility <> 'private' AND NOT j.is_over
    -- A plan of 20,000 km has fewer places. More would let a rider be in many places at once.
    LIMIT greatest(0, 1000 - (SELECT count(*) FROM former_places AS c WHERE c.journey_no = changed_no))
    ON CONFLICT (journey_no, place, kept_until) DO UPDATE SET visits = f.visits | excluded.visits
    RETURNING f.place, f.visits
  ), wanted AS MATERIALIZED (
    SELECT w.place, bit_or(w.visits) AS visits
    FROM (SELECT * FROM current_presence UNION ALL SELECT * FROM former_now) AS w
    WHERE NOT is_hidden GROUP BY 1
  ), gone AS (
    DELETE FROM presence AS p
    WHERE p.journey_no = changed_no AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.place = p.place)
  )
  INSERT INTO presence AS p (place, journey_no, visits)
  SELECT w.place, changed_no, w.visits FROM wanted AS w
  ON CONFLICT (place, journey_no) DO UPDATE SET visits = excluded.visits WHERE p.visits <> excluded.visits;
END
$$;
