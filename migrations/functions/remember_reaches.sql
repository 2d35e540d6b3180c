-- Remembers how far these reaches are, of those that many ask for (`distanceBandsM`): a journey has a row for each of them
-- at most, and one of more than a thousand rows of presence has none, since its reaches take megabytes. Not while
-- somebody changes the journey, and nobody changes it meanwhile: what is forgotten then stays so.
CREATE OR REPLACE FUNCTION remember_reaches(journey integer, reaches_m double precision[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  lasting CONSTANT double precision[] := ARRAY(
    SELECT m FROM unnest(reaches_m) AS m WHERE m IN (25000, 50000, 100000, 200000, 500000));
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM presence AS p WHERE p.journey_no = journey LIMIT 1001) AS own) > 1000 THEN
    RETURN;
  END IF;
  IF cardinality(lasting) = (
    SELECT count(*) FROM presence_reaches AS r
    WHERE r.journey_no = journey AND r.reach_m = ANY (lasting) AND r.made_of = (SELECT presence_mark(journey))
  ) THEN
    RETURN;
  END IF;
  PERFORM FROM journeys AS j WHERE j.no = journey FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- Sees what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, made_of, blocks, buckets, cells)
  SELECT journey, m, p.mark, o.blocks, o.buckets, o.cells
  FROM presence_mark(journey) AS p (mark), unnest(lasting) AS m, journey_reach(journey, m, p.mark, false) AS o
  WHERE p.mark IS NOT NULL
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET made_of = excluded.made_of, blocks = excluded.blocks, buckets = excluded.buckets, cells = excluded.cells
  WHERE r.made_of <> excluded.made_of;
END
$$;
