-- Returns what presence has of a journey in cells that `places` with their `visits` do not have at all, and that the plan
-- `former` had: its camps, its line, and cells without a day. Of a plan that begins more than eight days from now it returns
-- nothing, since a change then tells nothing of where the rider is.
-- Reads presence and the grid. Called by refresh_presence.
CREATE OR REPLACE FUNCTION former_visits(
  changed_no integer, places integer[], kept_visits bigint[], former published_plans, moment timestamptz
)
RETURNS TABLE (place integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT p.place, bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM presence AS p
  CROSS JOIN LATERAL presence_visits(p.place, p.visits) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  WHERE p.journey_no = changed_no
    AND v.cell NOT IN (
      SELECT k.cell FROM unnest(places, kept_visits) AS w (place, visits), presence_visits(w.place, w.visits) AS k)
    AND (
      v.bucket = -1
      OR least((former).first_at, (SELECT min(c.at) FROM unnest((former).camp_at) AS c (at))) <= moment + interval '8 days'
      AND (
        (v.cell, v.bucket) IN (
          SELECT c.cell, presence_bucket(c.at) FROM unnest((former).camp_cells, (former).camp_at) AS c (cell, at))
        OR EXISTS (
          SELECT FROM unnest((former).cells, (former).entries_m) AS l (cell, entry_m)
          WHERE l.cell = v.cell
            AND v.bucket >= presence_bucket((former).first_at + l.entry_m / (former).pace_m * interval '24 hours'))))
  GROUP BY 1
$$;
