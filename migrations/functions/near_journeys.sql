-- The numbers of journeys whose presence has a bit in common with mine in the given places; without `buckets_apart`, on
-- any day in the given blocks. Only journeys from `first_part` to `last_part` of the 32 parts count.
-- Reads presence alone, by its primary key. Called by encounters_of, whose plan inlines it. OFFSET 0 makes Postgres
-- look up the rows of each place by the index, whatever the planner estimates.
CREATE OR REPLACE FUNCTION near_journeys(
  places integer[], visits bigint[], blocks integer[], cells bigint[], buckets_apart integer,
  first_part integer, last_part integer
)
RETURNS TABLE (no integer)
LANGUAGE sql STABLE AS $$
  SELECT p.journey_no
  FROM unnest(places, visits) AS w (place, visits)
  CROSS JOIN LATERAL (
    SELECT o.journey_no FROM presence AS o
    WHERE o.place = w.place AND o.journey_no BETWEEN first_part << 26 AND (last_part << 26) | 67108863
      AND o.visits & w.visits <> 0
    OFFSET 0
  ) AS p
  UNION
  SELECT p.journey_no
  FROM unnest(blocks, cells) AS w (block, cells)
  CROSS JOIN LATERAL (
    SELECT o.journey_no FROM presence AS o
    WHERE o.place BETWEEN w.block << 15 AND (w.block << 15) | 32767
      AND o.journey_no >> 26 BETWEEN first_part AND last_part AND o.visits & ((w.cells << 32) | w.cells) <> 0
    OFFSET 0
  ) AS p
  WHERE buckets_apart IS NULL
$$;
