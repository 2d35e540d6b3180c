-- What `presence_reach` says of all cells and buckets of a journey whose presence has this mark, those without a day as
-- well: as it is remembered, else worked out, and then without days where they do not count. Whoever changes
-- `presence_reach` empties `presence_reaches`.
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, is_any_day boolean)
RETURNS TABLE (blocks integer[], buckets integer[], cells bigint[])
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT r.blocks, r.buckets, r.cells FROM presence_reaches AS r
  WHERE r.journey_no = journey AND r.reach_m = journey_reach.reach_m AND r.made_of = mark;
  IF NOT FOUND THEN
    RETURN QUERY
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells)
    FROM (
      SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
      FROM (
        SELECT DISTINCT v.cell, CASE WHEN is_any_day THEN -1 ELSE v.bucket END AS bucket
        FROM presence AS p, presence_visits(p.place, p.visits) AS v
        WHERE p.journey_no = journey
      ) AS v
    ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  END IF;
END
$$;
