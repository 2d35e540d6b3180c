-- How much work it is to publish a journey: about the number of points to cut, where a line, a marker and a day of a plan
-- count like the points that cost as much. It depends on sizes alone and not on places, so whether a journey is published at
-- once tells nothing of where a zone is. A private journey is no work.
-- Reads the journey's tracks, its size, and the number of zones of its rider. Called by publish_journeys.
CREATE OR REPLACE FUNCTION publishing_work(journey journeys) RETURNS double precision
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN journey.visibility = 'private' THEN 0 ELSE
    coalesce((SELECT s.markers FROM journey_sizes AS s WHERE s.journey_id = journey.id), 0) * (1 + z.zones)
    + coalesce((
      SELECT sum(
        CASE WHEN t.zones_revision IS NOT DISTINCT FROM u.zones_revision THEN 0
          WHEN z.zones = 0 THEN 1 ELSE 300 + t.point_count END
        + t.distance_m / 20000
        + CASE WHEN t.kind = 'plan' THEN coalesce(t.distance_m / journey.daily_distance_m, 0) ELSE 0 END)
      FROM tracks AS t WHERE t.journey_id = journey.id), 0)
  END
  FROM users AS u
  CROSS JOIN LATERAL (SELECT count(*) AS zones FROM privacy_zones AS p WHERE p.owner_id = u.id) AS z
  WHERE u.id = journey.owner_id
$$;
