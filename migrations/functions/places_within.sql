-- Turns the cells near my way into the places of presence to search, each with the bits that are at most
-- `buckets_apart` buckets from mine. No row without `buckets_apart`.
-- Reads its arguments alone. Called by encounters_of, whose plan inlines it.
CREATE OR REPLACE FUNCTION places_within(
  near_blocks integer[], near_buckets integer[], near_cells bigint[], buckets_apart integer
)
RETURNS TABLE (place integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT (n.block << 15) | (pair + 1),
    bit_or(CASE WHEN pair * 2 >= n.bucket - buckets_apart THEN n.cells ELSE 0 END
      | CASE WHEN pair * 2 < n.bucket + buckets_apart THEN n.cells << 32 ELSE 0 END)
  FROM unnest(near_blocks, near_buckets, near_cells) AS n (block, bucket, cells),
    generate_series(greatest(n.bucket - buckets_apart, 0) >> 1, (n.bucket + buckets_apart) >> 1) AS pair
  WHERE n.bucket >= 0
  GROUP BY 1
$$;
