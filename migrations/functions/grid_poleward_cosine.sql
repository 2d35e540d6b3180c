-- The cosine of the latitude of a grid row's poleward edge, where its cells are narrowest. src/lib/grid.ts has the same
-- arithmetic; a test compares the two.
-- Reads nothing. Called by grid_columns and to fill grid_rows.
CREATE OR REPLACE FUNCTION grid_poleward_cosine(grid_row integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(0, cos(radians(greatest(abs(grid_row * 0.225 - 90), abs((grid_row + 1) * 0.225 - 90))::float8)))
$$;
