CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision, keeps_former boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
  cuts jsonb;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    SELECT jsonb_agg(jsonb_build_object('id', t.id, 'joins_before', t.joins_before, 'joins_after', t.joins_after, 'from_m', s.from_m, 'to_m', s.to_m, 'along_m', s.along_m,
      'from_at', s.from_at, 'published_m', s.published_m)) INTO cuts
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    JOIN tracks AS t ON t.id = behind.id
    CROSS JOIN LATERAL shown_pieces(
      owner, joined_line(t), t.recorded_at, t.distance_m, t.joins_before IS TRUE, t.joins_after IS TRUE) AS s
    WHERE behind.work_before < max_work;
  END IF;

  -- The rider first, as in every commit, because a published plan refers to them.
  PERFORM FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = journey FOR KEY SHARE OF u FOR NO KEY UPDATE OF j;
  IF owner IS NOT NULL THEN
    IF revision IS DISTINCT FROM (SELECT u.zones_revision FROM users AS u WHERE u.id = owner) THEN
      RETURN false;
    END IF;
    UPDATE tracks AS t
    SET zones_revision = revision, shown_from_m = c.from_m, shown_to_m = c.to_m, shown_along_m = c.along_m,
      shown_from_at = c.from_at, published_m = c.published_m
    FROM jsonb_to_recordset(cuts) AS c (id uuid, joins_before boolean, joins_after boolean, from_m double precision[],
      to_m double precision[], along_m double precision[], from_at timestamptz[], published_m double precision)
    WHERE t.id = c.id AND (t.joins_before, t.joins_after) IS NOT DISTINCT FROM (c.joins_before, c.joins_after);
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM record_rides(journey, moment);
  PERFORM refresh_presence(journey, moment, keeps_former);
  RETURN true;
END
$$;
