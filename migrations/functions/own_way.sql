-- The way of a journey for its own rider, cell by cell and bucket by bucket in riding order, with the first and last
-- moment in each. A line enters a cell when it leaves the one before, to the second, so of two steps that begin together
-- the one that ends first comes first.
-- Reads the rider's own journey through shown_visits. Called by src/features/discovery/encounter.repository.ts.
CREATE OR REPLACE FUNCTION own_way(journey uuid, owner uuid, moment timestamptz)
RETURNS TABLE (cell integer, bucket integer, first_at timestamptz, last_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.cell, v.bucket, min(v.visited_at), max(v.visited_at)
  FROM journeys AS j, shown_visits(j.id, moment) AS v
  WHERE j.id = journey AND j.owner_id = owner
  GROUP BY 1, 2
  ORDER BY date_trunc('second', min(v.visited_at)), date_trunc('second', max(v.visited_at)), min(v.along_m), v.cell;
END
$$;
