-- Finds the best meeting of my cells and buckets with each journey of a list: the one with the fewest buckets between
-- the two riders, then the earliest, then the one with the first cell. `numbers` has the number in the list for each
-- row of presence. Without `buckets_apart` the days do not matter.
-- Reads the grid alone. Called by encounters_of, whose plan inlines it.
CREATE OR REPLACE FUNCTION best_meetings(
  numbers integer[], places integer[], visits bigint[],
  near_blocks integer[], near_buckets integer[], near_cells bigint[], span integer, buckets_apart integer
)
RETURNS TABLE (n integer, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE sql STABLE AS $$
  SELECT m.n, m.mine, m.theirs,
    (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (f.bit & 7)
  FROM (
    SELECT DISTINCT ON (p.n) p.n, x.mine, t.bucket AS theirs, p.place, t.cells & near.cells AS cells
    FROM unnest(numbers, places, visits) AS p (n, place, visits)
    CROSS JOIN LATERAL (
      SELECT ((p.place & 32767) - 1) * 2 + half AS bucket, (p.visits >> (32 * half)) & 4294967295 AS cells
      FROM generate_series(0, 1) AS half
    ) AS t
    JOIN unnest(near_blocks, near_buckets, near_cells) AS near (block, bucket, cells)
      ON near.block = p.place >> 15 AND t.cells & near.cells <> 0
    CROSS JOIN LATERAL (
      SELECT CASE WHEN buckets_apart IS NULL THEN -1
        ELSE least(greatest(t.bucket, near.bucket), near.bucket + span - 1) END AS mine
    ) AS x
    WHERE buckets_apart IS NULL
      OR (t.bucket >= 0 AND near.bucket >= 0 AND abs(t.bucket - x.mine) <= buckets_apart)
    ORDER BY p.n, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - x.mine) END, x.mine, t.bucket, p.place
  ) AS m
  CROSS JOIN LATERAL (SELECT round(ln((m.cells & -m.cells)::float8) / ln(2))::integer AS bit OFFSET 0) AS f
  JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (f.bit >> 3)
$$;
