-- The bit for a cell and a bucket among the 64 bits of a place. Each bucket has 32 bits, and each row has eight of
-- them. `columns` and `blocks` are those of the cell's row in grid_rows.
-- Reads nothing. Called by wanted_presence.
CREATE OR REPLACE FUNCTION presence_visit(cell integer, bucket integer, columns integer, blocks integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1::bigint << ((bucket & 1) * 32 + ((cell >> 11) & 3) * 8
    + (cell & 2047) - ((cell & 2047) * blocks / columns * columns + blocks - 1) / blocks)
$$;
