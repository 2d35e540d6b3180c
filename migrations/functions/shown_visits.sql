-- The visits of a journey with their buckets as others see them. A line follows the first day and the pace of the
-- published plan. A planned marker has the moment that the published plan keeps for its cell. What is ridden follows the
-- journey's own clock, and so does a plan that has not been published since published plans exist.
-- Reads the journey, its published plan and journey_visits. Called by wanted_presence and own_way.
CREATE OR REPLACE FUNCTION shown_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision, bucket integer)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH plan AS (SELECT * FROM published_plans WHERE journey_id = journey),
  visits AS MATERIALIZED (
    SELECT v.*, row_number() OVER () AS n FROM journey_visits(journey, moment) AS v
  ),
  camps AS MATERIALIZED (
    SELECT DISTINCT ON (v.n) v.n, c.shown_at
    FROM plan AS p CROSS JOIN LATERAL unnest(p.camp_cells, p.camp_at) AS c (cell, shown_at)
    JOIN visits AS v ON v.cell = c.cell AND v.source = 'camp'
    ORDER BY v.n, abs(extract(epoch FROM c.shown_at - v.visited_at)), c.shown_at
  )
  SELECT v.cell, v.visited_at, v.along_m, presence_bucket(CASE
    WHEN v.visited_at IS NULL THEN NULL
    WHEN v.source = 'line' AND p.pace_m IS NOT NULL THEN p.first_at + v.along_m / p.pace_m * interval '24 hours'
    WHEN c.shown_at IS NOT NULL THEN c.shown_at
    ELSE shown_moment(v.visited_at, j.clock_from, j.shift_s, j.skew)
  END)
  FROM visits AS v JOIN journeys AS j ON j.id = journey
  LEFT JOIN plan AS p ON true
  LEFT JOIN camps AS c ON c.n = v.n
$$;
