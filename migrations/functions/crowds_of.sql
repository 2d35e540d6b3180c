-- Counts the riders in each map cell and bucket, rounded down to a multiple of five, for one part of the globe, which
-- is sixteen grid rows high. Only riders count who take part and whose accounts are from before `joined_by`, so that it is
-- expensive to fill up a crowd with new accounts. A grid cell belongs to the map cell that contains its middle, as in
-- src/lib/grid.ts.
-- Reads presence, journeys, users and the grid. Called once a night (src/features/discovery/crowd.repository.ts).
CREATE OR REPLACE FUNCTION crowds_of(part integer, first_bucket integer, last_bucket integer, joined_by timestamptz)
RETURNS TABLE (level smallint, cell integer, bucket integer, riders integer)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
  WITH grid AS MATERIALIZED (
    SELECT g.grid_row, g.columns, l.level,
      (max(g.columns) OVER (PARTITION BY l.level, g.grid_row >> l.level) + (1 << l.level) - 1) >> l.level AS map_columns
    FROM grid_rows AS g, unnest('{0,2,4}'::smallint[]) AS l (level)
    WHERE g.grid_row >> 4 = part
  ),
  -- Rows are filtered by rider before presence_visits turns each of them into many visits.
  present AS MATERIALIZED (
    SELECT u.id AS rider_id, p.place, p.visits
    FROM presence AS p
    JOIN journeys AS j ON j.no = p.journey_no
    JOIN users AS u ON u.id = j.owner_id AND u.takes_part AND u.created_at <= joined_by
    WHERE p.place BETWEEN part << 25 AND (part << 25) | 33554431
      AND (p.place & 32767) BETWEEN (first_bucket >> 1) + 1 AND (last_bucket >> 1) + 1
  )
  SELECT g.level, (v.cell >> 11 >> g.level << 11) + (2 * (v.cell & 2047) + 1) * g.map_columns / (2 * g.columns), v.bucket,
    (count(DISTINCT p.rider_id) / 5 * 5)::integer
  FROM present AS p
  CROSS JOIN LATERAL presence_visits(p.place, p.visits) AS v
  JOIN grid AS g ON g.grid_row = v.cell >> 11
  WHERE v.bucket BETWEEN first_bucket AND last_bucket
  GROUP BY 1, 2, 3 HAVING count(DISTINCT p.rider_id) >= 5
$$;
