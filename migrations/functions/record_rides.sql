-- Records the ridden lines of a visible journey that are new, or that others see from another time on than was recorded.
-- Times are those at which a line enters the cells of the grid, since others learn of no other.
-- Reads the journey, its tracks and publications; writes through record_publication. Called by publish_journey.
CREATE OR REPLACE FUNCTION record_rides(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
BEGIN
  PERFORM record_publication(j.id, j.owner_id, moment, 'ride', first_at => r.first_at, last_at => r.last_at,
    track => t.id, shown_at => r.shown_at)
  FROM journeys AS j JOIN tracks AS t ON t.journey_id = j.id AND t.kind = 'past'
  CROSS JOIN LATERAL (
    SELECT min(e.at) AS first_at, max(e.at) AS last_at,
      greatest(t.created_at, min(e.at)) + j.delay_h * interval '1 hour' AS shown_at
    FROM unnest(t.cell_entries_at) AS e (at)
  ) AS r
  WHERE j.id = journey AND j.visibility <> 'private' AND cardinality(t.shown_from_m) > 0
    AND r.shown_at IS DISTINCT FROM (
      SELECT p.shown_at FROM publications AS p WHERE p.journey_id = journey AND p.track_id = t.id
      ORDER BY p.number DESC LIMIT 1);
END
$$;
