-- The number of cells in a row of the grid. Each cell is at least 25 km wide at the row's poleward edge.
-- src/lib/grid.ts has the same arithmetic; a test compares the two.
-- Reads nothing. Called to fill grid_rows.
CREATE OR REPLACE FUNCTION grid_columns(grid_row integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(1, floor(2 * pi() * 6371008.8 * grid_poleward_cosine(grid_row) / 25000 + 1e-6))::integer
$$;
