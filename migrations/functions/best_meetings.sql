-- Finds the best meeting of my cells and buckets with each journey of a list: the one with the fewest buckets between
-- the two riders, then the earliest, then the one with the first cell. `n` is the position of the journey in the list.
-- Without `buckets_apart` the days do not matter.
-- Reads presence of these journeys and the grid. Called by encounters_of, whose plan inlines it.
CREATE OR REPLACE FUNCTION best_meetings(
  journey_nos integer[], near_blocks integer[], near_buckets integer[], near_cells bigint[], buckets_apart integer
)
RETURNS TABLE (n integer, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE sql STABLE AS $$
  SELECT m.n::integer, m.mine, m.theirs,
    (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (m.bit & 7)
  FROM (
    SELECT DISTINCT ON (s.n) s.n, near.bucket AS mine, t.bucket AS theirs, p.place,
      round(ln((t.cells & near.cells & -(t.cells & near.cells))::float8) / ln(2))::integer AS bit
    FROM unnest(journey_nos) WITH ORDINALITY AS s (no, n)
    CROSS JOIN LATERAL (SELECT o.place, o.visits FROM presence AS o WHERE o.journey_no = s.no OFFSET 0) AS p
    CROSS JOIN LATERAL (
      SELECT ((p.place & 32767) - 1) * 2 + half AS bucket, (p.visits >> (32 * half)) & 4294967295 AS cells
      FROM generate_series(0, 1) AS half
    ) AS t
    JOIN unnest(near_blocks, near_buckets, near_cells) AS near (block, bucket, cells)
      ON near.block = p.place >> 15 AND t.cells & near.cells <> 0
        AND (buckets_apart IS NULL
          OR (t.bucket >= 0 AND near.bucket >= 0 AND abs(t.bucket - near.bucket) <= buckets_apart))
    ORDER BY s.n, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - near.bucket) END, near.bucket, t.bucket,
      p.place
  ) AS m
  JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (m.bit >> 3)
$$;
