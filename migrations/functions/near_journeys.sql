-- The journeys whose presence has a bit in common with mine in the given spans, with the rows of presence that have it.
-- Only journeys from `first_part` to `last_part` of the 32 parts count.
-- Reads presence alone: for all parts by its primary key, else by its index of parts. Called by candidates_within, whose
-- plan inlines it. OFFSET 0 makes Postgres look up the rows of each span by the index, whatever the planner estimates.
CREATE OR REPLACE FUNCTION near_journeys(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[],
  first_part integer, last_part integer
)
RETURNS TABLE (no integer, places integer[], visits bigint[])
LANGUAGE sql STABLE AS $$
  SELECT p.journey_no, array_agg(p.place), array_agg(p.visits)
  FROM (
    SELECT u.block, (u.block << 15) | ((u.first_bucket >> 1) + 1) AS first_place,
      (u.block << 15) | ((u.last_bucket >> 1) + 1) AS last_place, (u.cells << 32) | u.cells AS visits,
      CASE WHEN u.first_bucket & 1 = 1 THEN u.cells << 32 ELSE (u.cells << 32) | u.cells END AS first_visits,
      CASE WHEN u.last_bucket & 1 = 0 THEN u.cells ELSE (u.cells << 32) | u.cells END AS last_visits
    FROM unnest(blocks, first_buckets, last_buckets, cells) AS u (block, first_bucket, last_bucket, cells)
  ) AS s
  CROSS JOIN LATERAL (
    SELECT o.journey_no, o.place, o.visits
    FROM generate_series(first_part, last_part) AS part
    CROSS JOIN LATERAL (
      SELECT r.journey_no, r.place, r.visits FROM presence AS r
      WHERE r.place >> 15 = s.block AND r.journey_no >> 26 = part AND r.place BETWEEN s.first_place AND s.last_place
      OFFSET 0
    ) AS o
    WHERE last_part - first_part < 31
    UNION ALL
    SELECT r.journey_no, r.place, r.visits FROM presence AS r
    WHERE r.place BETWEEN s.first_place AND s.last_place AND last_part - first_part = 31
    OFFSET 0
  ) AS p
  WHERE p.visits
    & CASE p.place WHEN s.first_place THEN s.first_visits WHEN s.last_place THEN s.last_visits ELSE s.visits END <> 0
  GROUP BY 1
$$;
