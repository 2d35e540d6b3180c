-- Stores computed reaches of a journey in the cache presence_reaches. It stores distance bands alone (`distanceBandsM`), so
-- at most one row per band. It stores nothing while another transaction changes the journey, or where its presence has
-- changed since. Its lock prevents changes until the commit, so that it does not write back rows that forget_reaches has
-- deleted.
-- Reads and writes this journey's rows alone. Called by show_encounters.
CREATE OR REPLACE FUNCTION remember_reaches(computed presence_reaches[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM journeys AS j WHERE j.no = computed[1].journey_no FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- This is a statement of its own, so that it reads what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, presence_mark, blocks, buckets, cells)
  SELECT c.journey_no, c.reach_m, c.presence_mark, c.blocks, c.buckets, c.cells
  FROM unnest(computed) AS c
  WHERE c.reach_m IN (25000, 50000, 100000, 200000, 500000) AND c.presence_mark = (SELECT presence_mark(c.journey_no))
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET presence_mark = excluded.presence_mark, blocks = excluded.blocks, buckets = excluded.buckets,
    cells = excluded.cells
  WHERE r.presence_mark <> excluded.presence_mark;
END
$$;
