-- What happened stays as it was written.
REVOKE UPDATE, DELETE ON audit FROM kairos_app;
--> statement-breakpoint
-- src/lib/grid.ts says the same; a test holds the two equal.
CREATE FUNCTION grid_poleward_cosine(grid_row integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(0, cos(radians(greatest(abs(grid_row * 0.225 - 90), abs((grid_row + 1) * 0.225 - 90))::float8)))
$$;
--> statement-breakpoint
CREATE FUNCTION grid_columns(grid_row integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(1, floor(2 * pi() * 6371008.8 * grid_poleward_cosine(grid_row) / 25000 + 1e-6))::integer
$$;
--> statement-breakpoint
-- The arithmetic of every row, so that searching does none of it again.
CREATE TABLE grid_rows (
  grid_row integer PRIMARY KEY,
  columns integer NOT NULL,
  width double precision NOT NULL,
  poleward_cosine double precision NOT NULL
);
--> statement-breakpoint
INSERT INTO grid_rows
SELECT r, grid_columns(r), 2 * pi() / grid_columns(r), grid_poleward_cosine(r) FROM generate_series(0, 799) AS r;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON grid_rows FROM kairos_app;
--> statement-breakpoint
-- Three-day buckets since 1970, after the journey's shift; -1 is "no day".
CREATE FUNCTION presence_bucket(moment timestamptz, shift_s integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(floor((extract(epoch FROM moment)::float8 + shift_s) / 259200)::integer, -1)
$$;
--> statement-breakpoint
-- Where a journey is and when, cell by cell in riding order, as far as it may enter the abstraction at the moment
-- given: plans at once, ridden positions from 48 hours to 29 days after, so that a daily run has them out by the 30th.
-- A planned day counts as its noon (UTC).
CREATE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT (starts_on + time '12:00') AT TIME ZONE 'UTC' AS first_noon, daily_distance_m
    FROM journeys WHERE id = journey
  ),
  lines AS (
    SELECT t.*, sum(distance_m) OVER (PARTITION BY kind ORDER BY ordinal) - distance_m AS start_m
    FROM tracks AS t WHERE journey_id = journey
  ),
  passages AS (
    SELECT l.kind, p.cell, p.entered_at, l.start_m + p.entry_m AS from_m,
      l.start_m + lead(p.entry_m, 1, l.distance_m) OVER (PARTITION BY l.id ORDER BY p.n) AS to_m
    FROM lines AS l,
      unnest(l.cells, l.cell_entries_m, l.cell_entries_at) WITH ORDINALITY AS p (cell, entry_m, entered_at, n)
  )
  SELECT p.cell, s.first_noon + day * interval '24 hours', greatest(p.from_m, day * s.daily_distance_m)
  FROM passages AS p, schedule AS s,
    generate_series(floor(p.from_m / s.daily_distance_m)::integer, floor(p.to_m / s.daily_distance_m)::integer) AS day
  WHERE p.kind = 'plan' AND s.first_noon IS NOT NULL AND s.daily_distance_m IS NOT NULL
  UNION ALL
  SELECT p.cell, NULL, p.from_m
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'plan' AND (s.first_noon IS NULL OR s.daily_distance_m IS NULL)
  UNION ALL
  SELECT p.cell, p.entered_at, p.from_m
  FROM passages AS p
  WHERE p.kind = 'past' AND p.entered_at BETWEEN moment - interval '29 days' AND moment - interval '48 hours'
  UNION ALL
  SELECT m.cell, m.at, NULL
  FROM markers AS m
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan' OR m.at BETWEEN moment - interval '29 days' AND moment - interval '48 hours')
$$;
--> statement-breakpoint
-- The cells that may hold somebody nearer than radius_m to somebody in one of the given cells, and how far the
-- two cells are at least apart. STRICT keeps the planner from inlining it and guessing its rows.
CREATE FUNCTION grid_reach(own integer[], radius_m double precision)
RETURNS TABLE (own_cell integer, cell integer, gap_m double precision)
LANGUAGE sql STABLE STRICT ROWS 4000 AS $$
  SELECT a.cell, (b.grid_row << 11) + c.slot, g.gap_m
  FROM unnest(own) AS a (cell)
  JOIN grid_rows AS r ON r.grid_row = a.cell >> 11
  JOIN grid_rows AS b
    ON b.grid_row BETWEEN r.grid_row - ceil(radius_m / 25000)::integer - 1 AND r.grid_row + ceil(radius_m / 25000)::integer + 1
  CROSS JOIN LATERAL (
    SELECT radians(0.225) * greatest(0, abs(r.grid_row - b.grid_row) - 1) AS latitude_gap
  ) AS l
  CROSS JOIN LATERAL (
    SELECT (sin(least(radius_m / 6371008.8, pi()) / 2) ^ 2 - sin(l.latitude_gap / 2) ^ 2)
      / nullif(r.poleward_cosine * b.poleward_cosine, 0) AS h
  ) AS s
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.h IS NULL OR s.h >= 1 THEN pi() ELSE 2 * asin(sqrt(greatest(s.h, 0))) END AS longitude_reach
  ) AS w
  CROSS JOIN LATERAL generate_series(
    floor(((a.cell & 2047) * r.width - w.longitude_reach) / b.width)::integer - 1,
    least(
      ceil((((a.cell & 2047) + 1) * r.width + w.longitude_reach) / b.width)::integer,
      floor(((a.cell & 2047) * r.width - w.longitude_reach) / b.width)::integer - 2 + b.columns
    )
  ) AS n (step)
  CROSS JOIN LATERAL (SELECT ((n.step % b.columns) + b.columns) % b.columns AS slot) AS c
  CROSS JOIN LATERAL (
    SELECT abs(((a.cell & 2047) + 0.5) * r.width - (c.slot + 0.5) * b.width) AS apart
  ) AS x
  CROSS JOIN LATERAL (
    SELECT greatest(0, least(x.apart, 2 * pi() - x.apart) - (r.width + b.width) / 2) AS longitude_gap
  ) AS y
  CROSS JOIN LATERAL (
    SELECT round(2 * 6371008.8 * asin(least(1, sqrt(
      sin(l.latitude_gap / 2) ^ 2 + r.poleward_cosine * b.poleward_cosine * sin(y.longitude_gap / 2) ^ 2
    )))) AS gap_m
  ) AS g
  WHERE g.gap_m < radius_m
$$;
