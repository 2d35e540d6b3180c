-- src/lib/grid.ts says the same; a test holds the two equal.
CREATE OR REPLACE FUNCTION grid_poleward_cosine(grid_row integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(0, cos(radians(greatest(abs(grid_row * 0.225 - 90), abs((grid_row + 1) * 0.225 - 90))::float8)))
$$;
