-- Turns the cells near my way into the spans of presence to search: for each block, the buckets that are at most
-- `buckets_apart` from mine. Of my buckets in a block, `merged` ones count as one, so that a wide
-- window looks up hardly more than a usual one. Without `buckets_apart` all buckets count.
-- Reads its arguments alone. Called by encounters_of, whose plan inlines it.
CREATE OR REPLACE FUNCTION spans_within(
  near_blocks integer[], near_buckets integer[], near_cells bigint[], span integer, merged integer, buckets_apart integer
)
RETURNS TABLE (block integer, first_bucket integer, last_bucket integer, cells bigint)
LANGUAGE sql STABLE AS $$
  SELECT n.block, greatest(min(n.bucket) - buckets_apart, 0), max(n.bucket) + span - 1 + buckets_apart, bit_or(n.cells)
  FROM (
    SELECT u.block, u.bucket, u.cells, u.bucket - min(u.bucket) OVER (PARTITION BY u.block) AS since_first
    FROM unnest(near_blocks, near_buckets, near_cells) AS u (block, bucket, cells)
    WHERE u.bucket >= 0
  ) AS n
  WHERE buckets_apart IS NOT NULL
  GROUP BY n.block, n.since_first / merged
  UNION ALL
  SELECT u.block, -1, 65533, u.cells
  FROM unnest(near_blocks, near_cells) AS u (block, cells)
  WHERE buckets_apart IS NULL
$$;
