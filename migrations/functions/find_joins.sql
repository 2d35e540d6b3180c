-- Finds out which lines of a plan join: where one ends within 500 m of the beginning of the next. Planners write a track for
-- each day, and others must not see where a day ends. A line whose neighbours have changed is cut again.
-- Reads and writes the journey's tracks. Called by publish_journeys.
CREATE OR REPLACE FUNCTION find_joins(journey uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE tracks AS t
  SET joins_before = s.before_m <= 500, joins_after = s.after_m <= 500, zones_revision = NULL
  FROM (
    SELECT n.id, coalesce(n.gap_m, 'infinity') AS before_m, coalesce(lead(n.gap_m) OVER (ORDER BY n.ordinal), 'infinity') AS after_m
    FROM (
      SELECT t.id, t.ordinal, ST_DistanceSphere(
        ST_MakePoint(lag(t.ends[3]) OVER w, lag(t.ends[4]) OVER w), ST_MakePoint(t.ends[1], t.ends[2])) AS gap_m
      FROM tracks AS t WHERE t.journey_id = journey AND t.kind = 'plan' WINDOW w AS (ORDER BY t.ordinal)
    ) AS n
  ) AS s
  WHERE t.id = s.id AND (t.joins_before, t.joins_after) IS DISTINCT FROM (s.before_m <= 500, s.after_m <= 500)
$$;
