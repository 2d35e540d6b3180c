-- Cuts the lines of a journey that were not cut for the newest zones of its rider, until `max_work` points are reached, but
-- at least one line. Once all are cut, it makes the presence and lets others see the journey. Answers whether that is done.
-- The journey must be locked, so that no zone changes meanwhile.
-- Reads the rider's zones; writes the journey, its tracks and its presence. Called by publish_journeys and
-- continue_publishing.
CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    UPDATE tracks AS t
    SET zones_revision = revision, (shown_from_m, shown_to_m, shown_along_m, shown_from_at, published_m) = (
      SELECT s.from_m, s.to_m, s.along_m, s.from_at, s.published_m
      FROM shown_pieces(owner, t.line, t.recorded_at, t.distance_m) AS s)
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    WHERE t.id = behind.id AND behind.work_before < max_work;
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM refresh_presence(journey, moment);
  RETURN true;
END
$$;
