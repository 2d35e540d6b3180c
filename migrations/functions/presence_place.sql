-- A block of the grid and two buckets as one number, those without a day as number 0 of the block. Buckets of a block
-- follow each other.
CREATE OR REPLACE FUNCTION presence_place(cell integer, bucket integer, columns integer, blocks integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 13) << 23) | (((cell & 2047) * blocks / columns) << 15) | ((bucket >> 1) + 1)
$$;
