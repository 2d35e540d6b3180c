-- The cells that may contain a rider nearer than `reach_m` to my cells, as 32 bits for each block and bucket of mine.
-- Neighbouring cells form one run, and the surroundings of runs overlap along a route, so columns are merged into
-- ranges before they become bits.
-- Reads the grid alone. Called by journey_reach and the map around a place
-- (src/features/discovery/crowd.repository.ts). PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION presence_reach(own_cells integer[], own_buckets integer[], reach_m double precision)
RETURNS TABLE (block integer, bucket integer, cells bigint)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH runs AS MATERIALIZED (
    SELECT o.grid_row, o.bucket, lower(run) AS first_slot, upper(run) - 1 AS last_slot
    FROM (
      SELECT u.cell >> 11 AS grid_row, u.bucket, range_agg(int4range(u.cell & 2047, (u.cell & 2047) + 1)) AS slots
      FROM unnest(own_cells, own_buckets) AS u (cell, bucket)
      GROUP BY 1, 2
    ) AS o, unnest(o.slots) AS run
  ),
  strips AS MATERIALIZED (
    SELECT a.grid_row AS own_row, a.width AS own_width, b.grid_row, b.columns, b.blocks, b.width,
      CASE WHEN a.poleward_cosine * b.poleward_cosine <= s.h THEN 2 * pi()
        ELSE 2 * asin(sqrt(s.h / (a.poleward_cosine * b.poleward_cosine))) + (a.width + b.width) / 2 END AS centres_apart
    FROM (SELECT DISTINCT grid_row FROM runs) AS o
    JOIN grid_rows AS a ON a.grid_row = o.grid_row
    JOIN grid_rows AS b
      ON b.grid_row BETWEEN a.grid_row - ceil(reach_m / 25000)::integer AND a.grid_row + ceil(reach_m / 25000)::integer
    CROSS JOIN LATERAL (
      SELECT sin(reach_m / 6371008.8 / 2) ^ 2
        - sin(radians(0.225) * greatest(0, abs(a.grid_row - b.grid_row) - 1) / 2) ^ 2 AS h
    ) AS s
    WHERE s.h > 0
  ),
  spans AS (
    SELECT r.grid_row, r.bucket, r.columns, r.blocks, greatest(lower(span) + turn * r.columns, 0) AS first_slot,
      least(upper(span) - 1 + turn * r.columns, r.columns - 1) AS last_slot
    FROM (
      SELECT s.grid_row, s.columns, s.blocks, o.bucket, range_agg(int4range(x.first_slot, x.last_slot, '[]')) AS slots
      FROM runs AS o
      JOIN strips AS s ON s.own_row = o.grid_row
      CROSS JOIN LATERAL (
        SELECT
          floor(((o.first_slot + 0.5::float8) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
          ceil(((o.last_slot + 0.5::float8) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
      ) AS x
      WHERE x.first_slot <= x.last_slot
      GROUP BY 1, 2, 3, 4
    ) AS r, unnest(r.slots) AS span,
      generate_series(
        CASE WHEN upper(span) > r.columns THEN -1 ELSE 0 END, CASE WHEN lower(span) < 0 THEN 1 ELSE 0 END
      ) AS turn
  )
  SELECT ((s.grid_row >> 2) << 8) + b.n, s.bucket,
    bit_or(
      ((1::bigint
        << (least(s.last_slot, ((b.n + 1) * s.columns - 1) / s.blocks) - greatest(s.first_slot, x.slot) + 1)) - 1)
      << ((s.grid_row & 3) * 8 + greatest(s.first_slot - x.slot, 0)))
  FROM spans AS s
  CROSS JOIN LATERAL generate_series(s.first_slot * s.blocks / s.columns, s.last_slot * s.blocks / s.columns) AS b (n)
  CROSS JOIN LATERAL (SELECT (b.n * s.columns + s.blocks - 1) / s.blocks AS slot) AS x
  WHERE s.first_slot <= s.last_slot
  GROUP BY 1, 2;
END
$$;
