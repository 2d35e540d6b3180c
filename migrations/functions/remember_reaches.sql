-- Stores the results of journey_reach in the cache presence_reaches. It stores distance bands alone (`distanceBandsM`),
-- so at most one row per band. It stores nothing for a journey with more than a thousand rows of presence, because they
-- would take megabytes, and nothing while another transaction changes the journey. Its lock prevents changes until the
-- commit, so that it does not write back rows that forget_reaches has deleted.
-- Reads and writes this journey's rows alone. Called by show_encounters.
CREATE OR REPLACE FUNCTION remember_reaches(journey integer, reaches_m double precision[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept_m CONSTANT double precision[] := ARRAY(
    SELECT m FROM unnest(reaches_m) AS m WHERE m IN (25000, 50000, 100000, 200000, 500000));
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM presence AS p WHERE p.journey_no = journey LIMIT 1001) AS own) > 1000 THEN
    RETURN;
  END IF;
  IF cardinality(kept_m) = (
    SELECT count(*) FROM presence_reaches AS r
    WHERE r.journey_no = journey AND r.reach_m = ANY (kept_m) AND r.presence_mark = (SELECT presence_mark(journey))
  ) THEN
    RETURN;
  END IF;
  PERFORM FROM journeys AS j WHERE j.no = journey FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- This is a statement of its own, so that it reads what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, presence_mark, blocks, buckets, cells)
  SELECT journey, m, p.mark, o.blocks, o.buckets, o.cells
  FROM presence_mark(journey) AS p (mark), unnest(kept_m) AS m, journey_reach(journey, m, p.mark, false) AS o
  WHERE p.mark IS NOT NULL
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET presence_mark = excluded.presence_mark, blocks = excluded.blocks, buckets = excluded.buckets,
    cells = excluded.cells
  WHERE r.presence_mark <> excluded.presence_mark;
END
$$;
