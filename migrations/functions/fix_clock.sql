-- Fixes the moment from which the skew of a journey counts, when the journey is published with days for the first time:
-- the first day of its plan, or else the start of the bucket of its first visit. Later changes do not move it, because
-- each move would show a product of the skew.
-- Reads and writes the journey, reads journey_visits. Called by refresh_presence.
CREATE OR REPLACE FUNCTION fix_clock(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
BEGIN
  UPDATE journeys AS j
  SET clock_from = coalesce(j.starts_on::timestamp AT TIME ZONE 'UTC',
    to_timestamp(floor((first.at_s + j.shift_s) / 259200) * 259200 - j.shift_s))
  FROM (SELECT extract(epoch FROM min(v.visited_at))::float8 AS at_s FROM journey_visits(journey, moment) AS v) AS first
  WHERE j.id = journey AND j.clock_from IS NULL AND j.visibility <> 'private' AND NOT j.is_over
    AND first.at_s IS NOT NULL;
END
$$;
