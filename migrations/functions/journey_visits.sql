-- Returns the cells of a journey that others may know of at `moment`, with the true times. Strangers learn the times only
-- as shown_visits changes them. `source` is line or camp for what is planned, and ride for what is past. `along_m` gives
-- the riding order along a line; a marker has none. The cells come from the published pieces of lines, and from markers outside the
-- covers of privacy zones. If a piece only touches the edge of a cell, that cell is behind a gap and may be in a privacy
-- zone, so the comparisons that join cells to pieces are strict. A plan is visible at once. A ridden position is visible
-- from `delay_h` (at least 48 hours) until 29 days after its time, so that the daily job has removed it before day 30. It
-- also waits `delay_h` from the moment it came, because the clock of a receiver may be wrong. A journey that is being
-- published has no visits. The times of a plan assume riding day and night from midnight (UTC) of the first day, because
-- a pause would reveal a camp.
-- Reads the journey, its tracks and markers, and its owner's zones. Called by shown_visits, keep_plan, fix_clock,
-- show_encounters and the itinerary (src/features/discovery/itinerary.repository.ts).
CREATE OR REPLACE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision, source text)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT starts_on::timestamp AT TIME ZONE 'UTC' AS first_day, daily_distance_m, owner_id,
      moment - greatest(48, delay_h) * interval '1 hour' AS latest
    FROM journeys AS j WHERE id = journey AND NOT is_publishing(j)
  ),
  covers AS MATERIALIZED (
    SELECT ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography AS middle, z.cover_radius_m AS radius_m,
      z.cover_longitude AS x, z.cover_latitude AS y, d.high,
      d.high / greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + d.high)))) AS wide
    FROM privacy_zones AS z, schedule AS s
    -- A degree of latitude is longer than this everywhere, so the box around a cover is never too small.
    CROSS JOIN LATERAL (SELECT z.cover_radius_m / 110000.0::double precision AS high) AS d
    WHERE z.owner_id = s.owner_id
  ),
  lines AS (
    SELECT t.*, sum(published_m) OVER (PARTITION BY kind ORDER BY ordinal) - published_m AS start_m
    FROM tracks AS t WHERE journey_id = journey
  ),
  whole AS (
    SELECT l.id, p.cell, p.entered_at, p.entry_m,
      lead(p.entry_m, 1, l.distance_m) OVER (PARTITION BY l.id ORDER BY p.n) AS exit_m
    FROM lines AS l,
      unnest(l.cells, l.cell_entries_m, l.cell_entries_at) WITH ORDINALITY AS p (cell, entry_m, entered_at, n)
  ),
  passages AS (
    SELECT l.kind, l.created_at, p.cell, CASE WHEN p.entry_m >= s.from_m THEN p.entered_at ELSE s.from_at END AS entered_at,
      l.start_m + s.along_m + greatest(p.entry_m - s.from_m, 0) AS from_m,
      l.start_m + s.along_m + least(p.exit_m, s.to_m) - s.from_m AS to_m
    FROM lines AS l
    CROSS JOIN LATERAL unnest(l.shown_from_m, l.shown_to_m, l.shown_along_m, l.shown_from_at)
      AS s (from_m, to_m, along_m, from_at)
    -- A cell that a piece only touches lies behind a gap, and may be that of a privacy zone.
    JOIN whole AS p ON p.id = l.id AND p.entry_m < s.to_m AND p.exit_m > s.from_m
  )
  SELECT p.cell, s.first_day + at_m / s.daily_distance_m * interval '24 hours', at_m, 'line'
  FROM passages AS p, schedule AS s,
    generate_series(floor(p.from_m / s.daily_distance_m)::integer, floor(p.to_m / s.daily_distance_m)::integer + 1) AS day
    CROSS JOIN LATERAL (SELECT least(greatest(p.from_m, day * s.daily_distance_m), p.to_m) AS at_m) AS step
  WHERE p.kind = 'plan' AND s.first_day IS NOT NULL AND s.daily_distance_m IS NOT NULL
  UNION ALL
  SELECT p.cell, NULL, p.from_m, 'line'
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'plan' AND (s.first_day IS NULL OR s.daily_distance_m IS NULL)
  UNION ALL
  SELECT p.cell, p.entered_at, p.from_m, 'ride'
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'past' AND p.created_at <= s.latest AND p.entered_at BETWEEN moment - interval '29 days' AND s.latest
  UNION ALL
  SELECT m.cell, m.at, NULL, CASE m.marker_type WHEN 'plan' THEN 'camp' ELSE 'ride' END
  FROM schedule AS s, markers AS m
  CROSS JOIN LATERAL (SELECT ST_X(m.position::geometry) AS x, ST_Y(m.position::geometry) AS y OFFSET 0) AS place
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan'
      OR m.placed_at <= s.latest AND m.at BETWEEN moment - interval '29 days' AND s.latest)
    AND NOT EXISTS (
      SELECT FROM covers AS c
      WHERE box_reaches(place.x, place.x, place.y, place.y, c.x, c.y, c.wide, c.high) AND ST_DWithin(m.position, c.middle, c.radius_m)
    )
$$;
