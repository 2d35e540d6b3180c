-- Returns the rows of presence that a journey must have at `moment`. It returns no row for a journey that others may not
-- know of. What is ridden enters and leaves as of the last nightly run, so that an edit does not show when it was made.
-- What a change of the plan has taken out leaves as of a nightly run, too.
-- Reads the journey, shown_visits, former_places and the grid. Called by refresh_presence and the check for drift
-- (src/features/presence/presence.repository.ts).
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  WITH shown AS MATERIALIZED (
    SELECT * FROM journeys AS j WHERE j.id = journey AND j.visibility <> 'private' AND NOT j.is_over
  ),
  visits AS (
    SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks) AS place, v.no AS journey_no,
      presence_visit(v.cell, v.bucket, g.columns, g.blocks) AS visits
    FROM (
      SELECT j.no, v.cell, v.bucket FROM shown AS j, shown_visits(j.id, last_night(moment)) AS v OFFSET 0
    ) AS v
    JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
    UNION ALL
    SELECT f.place, f.journey_no, f.visits
    FROM shown AS j JOIN users AS u ON u.id = j.owner_id
    JOIN former_places AS f ON f.journey_no = j.no AND f.zones_revision = u.zones_revision
    WHERE f.kept_until > last_night(moment) AND NOT is_publishing(j::journeys)
  )
  SELECT v.place, v.journey_no, bit_or(v.visits) FROM visits AS v GROUP BY 1, 2
$$;
