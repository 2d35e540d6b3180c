-- Finds out which lines of a plan join: where one ends within 500 m of the beginning of the next. Planners write a track for
-- each day, and others must not see where a day ends. Lines do not join where the plan begins or ends, and a line that
-- returns to its own beginning joins none: that place may be a home, so the ends there stay hidden. A line whose neighbours
-- have changed is cut again.
-- Reads and writes the journey's tracks. Called by publish_journeys.
CREATE OR REPLACE FUNCTION find_joins(journey uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE tracks AS t
  SET joins_before = s.before_m <= 500, joins_after = s.after_m <= 500, zones_revision = NULL
  FROM (
    SELECT n.id, coalesce(n.gap_m, 'infinity') AS before_m, coalesce(lead(n.gap_m) OVER (ORDER BY n.ordinal), 'infinity') AS after_m
    FROM (
      SELECT e.id, e.ordinal, CASE
        WHEN e.is_loop OR lag(e.is_loop) OVER w OR e.from_ends_m <= 2000 THEN 'infinity'
        ELSE ST_DistanceSphere(lag(e.last_point) OVER w, e.first_point)
      END AS gap_m
      FROM (
        SELECT t.id, t.ordinal, p.first_point, p.last_point, ST_DistanceSphere(p.first_point, p.last_point) <= 2000 AS is_loop,
          least(ST_DistanceSphere(p.first_point, first_value(p.first_point) OVER whole),
            ST_DistanceSphere(p.first_point, last_value(p.last_point) OVER whole)) AS from_ends_m
        FROM tracks AS t
        CROSS JOIN LATERAL (
          SELECT ST_MakePoint(t.ends[1], t.ends[2]) AS first_point, ST_MakePoint(t.ends[3], t.ends[4]) AS last_point
        ) AS p
        WHERE t.journey_id = journey AND t.kind = 'plan'
        WINDOW whole AS (ORDER BY t.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
      ) AS e
      WINDOW w AS (ORDER BY e.ordinal)
    ) AS n
  ) AS s
  WHERE t.id = s.id AND (t.joins_before, t.joins_after) IS DISTINCT FROM (s.before_m <= 500, s.after_m <= 500)
$$;
