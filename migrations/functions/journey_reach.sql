-- The result of presence_reach for all cells and buckets of a journey, also those without a day, as a row of
-- presence_reaches for this mark of the presence. `span` is the number of buckets that count as one, named by the first
-- of them.
-- Reads this journey's rows of presence. Called by encounters_of. PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, span integer)
RETURNS presence_reaches
LANGUAGE plpgsql STABLE AS $$
DECLARE
  result presence_reaches;
BEGIN
  SELECT journey, journey_reach.reach_m, mark, array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO result
  FROM (
    SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
    FROM (
      SELECT DISTINCT v.cell, CASE WHEN v.bucket < 0 THEN -1 ELSE v.bucket - v.bucket % span END AS bucket
      FROM presence AS p, presence_visits(p.place, p.visits) AS v
      WHERE p.journey_no = journey
    ) AS v
  ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  RETURN result;
END
$$;
