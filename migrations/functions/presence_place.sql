-- Returns the number of a place. A place is a block of the grid in two consecutive buckets. The places of a block have
-- consecutive numbers, and the first of them is for cells without a day. `columns` and `blocks` are those of the cell's row in grid_rows.
-- Reads nothing. Called by wanted_presence.
CREATE OR REPLACE FUNCTION presence_place(cell integer, bucket integer, columns integer, blocks integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 13) << 23) | (((cell & 2047) * blocks / columns) << 15) | ((bucket >> 1) + 1)
$$;
