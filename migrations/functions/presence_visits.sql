-- Returns the cells and buckets of one row of presence, one row for each bit of `visits` that is set. presence_place and
-- presence_visit do the opposite.
-- Reads the grid. Called by presence_cells, journey_reach, crowds_of and the map around a place
-- (src/features/discovery/crowd.repository.ts).
CREATE OR REPLACE FUNCTION presence_visits(place integer, visits bigint) RETURNS TABLE (cell integer, bucket integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 AS $$
  SELECT (g.grid_row << 11) + (((place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (n & 7),
    ((place & 32767) - 1) * 2 + (n >> 5)
  FROM generate_series(0, 63) AS n JOIN grid_rows AS g ON g.grid_row = (place >> 23) * 4 + ((n >> 3) & 3)
  WHERE (visits >> n) & 1 = 1
$$;
