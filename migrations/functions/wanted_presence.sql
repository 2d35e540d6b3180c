-- Returns the rows of presence that a journey must have at `moment`. It returns no row for a journey that others may not
-- know of. What is ridden enters and leaves as of the last nightly run, so that an edit does not show when it was made.
-- Reads the journey, shown_visits and the grid. Called by refresh_presence and the check for drift
-- (src/features/presence/presence.repository.ts).
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks), v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM (
    SELECT j.no, v.cell, v.bucket
    FROM journeys AS j, shown_visits(j.id, last_night(moment)) AS v
    WHERE j.id = journey AND j.visibility <> 'private' AND NOT j.is_over
    OFFSET 0
  ) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  GROUP BY 1, 2
$$;
