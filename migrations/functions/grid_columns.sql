CREATE OR REPLACE FUNCTION grid_columns(grid_row integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(1, floor(2 * pi() * 6371008.8 * grid_poleward_cosine(grid_row) / 25000 + 1e-6))::integer
$$;
