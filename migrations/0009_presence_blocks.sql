ALTER TABLE "journeys" ADD COLUMN "no" integer NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "journeys_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "journeys" ADD CONSTRAINT "journeys_no_key" UNIQUE("no");--> statement-breakpoint
-- Eight rows by eight columns of the grid are a block; src/lib/grid.ts numbers the cells.
CREATE FUNCTION block_of(cell integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 14) << 8) + ((cell & 2047) >> 3)
$$;--> statement-breakpoint
CREATE FUNCTION bit_of(cell integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1::bigint << (((cell >> 11) & 7) * 8 + (cell & 7))
$$;--> statement-breakpoint
CREATE FUNCTION cells_of(block integer, bits bigint) RETURNS TABLE (cell integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 4 AS $$
  SELECT (((block >> 8) * 8 + (n >> 3)) << 11) + (block & 255) * 8 + (n & 7)
  FROM generate_series(0, 63) AS n WHERE (bits >> n) & 1 = 1
$$;--> statement-breakpoint
CREATE TABLE "presence_blocks" (
	"block" integer NOT NULL,
	"bucket" integer NOT NULL,
	"journey_no" integer NOT NULL,
	"cells" bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO presence_blocks
SELECT block_of(p.cell), p.bucket, j.no, bit_or(bit_of(p.cell))
FROM presence AS p JOIN journeys AS j ON j.id = p.journey_id
GROUP BY 1, 2, 3;--> statement-breakpoint
DROP TABLE "presence";--> statement-breakpoint
ALTER TABLE "presence_blocks" RENAME TO "presence";--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_pkey" PRIMARY KEY("block","bucket","journey_no");--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "presence_journey_no_idx" ON "presence" USING btree ("journey_no");--> statement-breakpoint
-- For people and tests: presence cell by cell.
CREATE VIEW presence_cells AS
SELECT j.id AS journey_id, c.cell, p.bucket
FROM presence AS p JOIN journeys AS j ON j.no = p.journey_no, cells_of(p.block, p.cells) AS c;--> statement-breakpoint
DROP FUNCTION presence_reach(integer[], integer[], double precision[]);--> statement-breakpoint
-- For cells and buckets of mine: the cells, block by block, that may hold somebody nearer than the reach. Cells of mine
-- that are side by side count as one run, and runs overlap along a route, so columns are joined to ranges before they
-- become bits. PL/pgSQL keeps its plan from one call to the next.
CREATE FUNCTION presence_reach(own_cells integer[], own_buckets integer[], reach_m double precision)
RETURNS TABLE (block integer, bucket integer, cells bigint)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off AS $$
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
    SELECT a.grid_row AS own_row, a.width AS own_width, b.grid_row, b.columns, b.width,
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
    SELECT r.grid_row, r.bucket, greatest(lower(span) + turn * r.columns, 0) AS first_slot,
      least(upper(span) - 1 + turn * r.columns, r.columns - 1) AS last_slot
    FROM (
      SELECT s.grid_row, s.columns, o.bucket, range_agg(int4range(x.first_slot, x.last_slot, '[]')) AS slots
      FROM runs AS o
      JOIN strips AS s ON s.own_row = o.grid_row
      CROSS JOIN LATERAL (
        SELECT floor(((o.first_slot + 0.5) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
          ceil(((o.last_slot + 0.5) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
      ) AS x
      WHERE x.first_slot <= x.last_slot
      GROUP BY 1, 2, 3
    ) AS r, unnest(r.slots) AS span, generate_series(-1, 1) AS turn
  )
  SELECT ((s.grid_row >> 3) << 8) + b.n, s.bucket,
    bit_or(((1::bigint << (least(s.last_slot, b.n * 8 + 7) - greatest(s.first_slot, b.n * 8) + 1)) - 1)
      << ((s.grid_row & 7) * 8 + greatest(s.first_slot - b.n * 8, 0)))
  FROM spans AS s, generate_series(s.first_slot >> 3, s.last_slot >> 3) AS b (n)
  WHERE s.first_slot <= s.last_slot
  GROUP BY 1, 2;
END
$$;--> statement-breakpoint
-- The best meeting with each other journey, in the nearest reach first and until there are enough: the fewest buckets
-- apart, then the earliest. Without `buckets_apart` days do not count, and buckets of mine are -1. Within one reach the
-- order is by chance, the same each time for whoever asks. Of others it sees presence, and whether they may be seen.
CREATE FUNCTION encounters_of(
  asking uuid, asking_owner uuid, shift_s integer, moment timestamptz,
  reaches_m double precision[], buckets_apart integer, most integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql STABLE ROWS 50 SET jit = off AS $$
#variable_conflict use_column
DECLARE
  apart CONSTANT integer := coalesce(buckets_apart, 1000000);
  first_bucket CONSTANT integer := CASE WHEN buckets_apart IS NULL THEN -1 ELSE 0 END;
  own_cells integer[];
  own_buckets integer[];
  known integer[] := '{}';
  met record;
BEGIN
  SELECT array_agg(o.cell), array_agg(o.bucket) INTO own_cells, own_buckets
  FROM (
    SELECT DISTINCT v.cell, CASE WHEN buckets_apart IS NULL THEN -1 ELSE presence_bucket(v.visited_at, shift_s) END AS bucket
    FROM journeys AS j, journey_visits(j.id, moment) AS v
    WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
      AND (v.visited_at IS NOT NULL OR buckets_apart IS NULL)
  ) AS o;
  IF own_cells IS NULL THEN
    RETURN;
  END IF;

  FOREACH reach_m IN ARRAY reaches_m LOOP
    FOR met IN
      WITH reached AS MATERIALIZED (
        SELECT r.block, r.bucket, r.cells FROM presence_reach(own_cells, own_buckets, reach_m) AS r
      ),
      best AS (
        -- How far apart, my bucket, whether theirs is the later, and the block, as one number.
        SELECT p.journey_no AS no, min((abs(p.bucket - r.bucket)::bigint << 32) + ((r.bucket + 1)::bigint << 17)
          + ((p.bucket > r.bucket)::integer << 16) + p.block) AS meeting
        FROM reached AS r
        JOIN presence AS p ON p.block = r.block
          AND p.bucket BETWEEN greatest(r.bucket - apart, first_bucket) AND r.bucket + apart AND p.cells & r.cells <> 0
        GROUP BY 1
      ),
      shown AS (
        SELECT b.no, b.turn, (b.meeting & 65535)::integer AS block, ((b.meeting >> 17) & 32767)::integer - 1 AS mine,
          (b.meeting >> 32)::integer * CASE WHEN b.meeting & 65536 = 0 THEN -1 ELSE 1 END AS later
        FROM (
          SELECT no, meeting, md5(no || asking::text) AS turn FROM best
          WHERE no <> ALL (known) ORDER BY turn OFFSET 0
        ) AS b
        JOIN journeys AS j ON j.no = b.no
        JOIN users AS u ON u.id = j.owner_id
        WHERE j.owner_id <> asking_owner AND j.visibility <> 'private' AND j.status <> 'completed' AND u.disabled_at IS NULL
        ORDER BY b.turn LIMIT most - cardinality(known)
      )
      SELECT s.no, s.mine, s.mine + s.later AS theirs, min(c.cell) AS cell
      FROM shown AS s
      JOIN reached AS r ON r.block = s.block AND r.bucket = s.mine
      JOIN presence AS p ON p.block = s.block AND p.bucket = s.mine + s.later AND p.journey_no = s.no
      CROSS JOIN LATERAL cells_of(s.block, p.cells & r.cells) AS c
      GROUP BY s.no, s.mine, s.later, s.turn
      ORDER BY s.turn
    LOOP
      known := known || met.no;
      journey_no := met.no;
      my_bucket := met.mine;
      their_bucket := met.theirs;
      their_cell := met.cell;
      RETURN NEXT;
    END LOOP;
    EXIT WHEN cardinality(known) >= most;
  END LOOP;
END
$$;
