-- The number of a place: a block of the grid and two buckets. Buckets of a block follow each other; number 0 of a block
-- is for what has no day. `columns` and `blocks` are those of the cell's row in grid_rows.
-- Reads nothing. Called by wanted_presence.
CREATE OR REPLACE FUNCTION presence_place(cell integer, bucket integer, columns integer, blocks integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 13) << 23) | (((cell & 2047) * blocks / columns) << 15) | ((bucket >> 1) + 1)
$$;
