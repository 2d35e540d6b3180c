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
-- For cells and buckets of mine: every cell that may hold somebody nearer than one of the given reaches, and the least
-- of them. Cells overlap along a route, so they are joined to ranges of columns before they are spelled out. STRICT
-- keeps the planner from inlining this and guessing its rows.
CREATE FUNCTION presence_reach(own_cells integer[], own_buckets integer[], reaches_m double precision[])
RETURNS TABLE (cell integer, bucket integer, reach_m double precision)
LANGUAGE sql STABLE STRICT ROWS 3000 SET jit = off AS $$
  WITH own AS (
    SELECT u.cell >> 11 AS grid_row, u.cell & 2047 AS slot, u.bucket
    FROM unnest(own_cells, own_buckets) AS u (cell, bucket)
  ),
  strips AS MATERIALIZED (
    SELECT a.grid_row AS own_row, a.width AS own_width, b.grid_row, b.columns, b.width, k.reach_m,
      CASE WHEN a.poleward_cosine * b.poleward_cosine <= s.h THEN 2 * pi()
        ELSE 2 * asin(sqrt(s.h / (a.poleward_cosine * b.poleward_cosine))) + (a.width + b.width) / 2 END AS centres_apart
    FROM (SELECT DISTINCT grid_row FROM own) AS o
    JOIN grid_rows AS a ON a.grid_row = o.grid_row
    CROSS JOIN unnest(reaches_m) AS k (reach_m)
    JOIN grid_rows AS b
      ON b.grid_row BETWEEN a.grid_row - ceil(k.reach_m / 25000)::integer AND a.grid_row + ceil(k.reach_m / 25000)::integer
    CROSS JOIN LATERAL (
      SELECT sin(k.reach_m / 6371008.8 / 2) ^ 2
        - sin(radians(0.225) * greatest(0, abs(a.grid_row - b.grid_row) - 1) / 2) ^ 2 AS h
    ) AS s
    WHERE s.h > 0
  ),
  ranges AS (
    SELECT s.grid_row, s.columns, o.bucket, s.reach_m,
      range_agg(int4range(x.first_slot, least(x.last_slot + 1, x.first_slot + s.columns))) AS slots
    FROM own AS o
    JOIN strips AS s ON s.own_row = o.grid_row
    CROSS JOIN LATERAL (
      SELECT floor(((o.slot + 0.5) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
        ceil(((o.slot + 0.5) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
    ) AS x
    GROUP BY 1, 2, 3, 4
  )
  SELECT (r.grid_row << 11) + ((n.slot % r.columns) + r.columns) % r.columns, r.bucket, min(r.reach_m)
  FROM ranges AS r, unnest(r.slots) AS span, generate_series(lower(span), upper(span) - 1) AS n (slot)
  GROUP BY 1, 2
$$;
