-- The result of presence_reach for all cells and buckets of a journey, also those without a day. It comes from
-- presence_reaches where that has a row for this mark of the presence, and is computed otherwise. With `is_any_day` it
-- has one element per block, with bucket -1. remember_reaches stores the result in presence_reaches.
-- Reads this journey's rows of presence and presence_reaches. Called by encounters_of and remember_reaches.
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, is_any_day boolean)
RETURNS TABLE (blocks integer[], buckets integer[], cells bigint[])
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  SELECT r.blocks, r.buckets, r.cells INTO blocks, buckets, cells FROM presence_reaches AS r
  WHERE r.journey_no = journey AND r.reach_m = journey_reach.reach_m AND r.presence_mark = mark;
  IF NOT FOUND THEN
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO blocks, buckets, cells
    FROM (
      SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
      FROM (
        SELECT DISTINCT v.cell, CASE WHEN is_any_day THEN -1 ELSE v.bucket END AS bucket
        FROM presence AS p, presence_visits(p.place, p.visits) AS v
        WHERE p.journey_no = journey
      ) AS v
    ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  END IF;
  IF is_any_day THEN
    SELECT array_agg(n.block), array_agg(-1), array_agg(n.cells) INTO blocks, buckets, cells
    FROM (
      SELECT u.block, bit_or(u.cells) AS cells FROM unnest(blocks, cells) AS u (block, cells) GROUP BY 1
    ) AS n;
  END IF;
  RETURN NEXT;
END
$$;
