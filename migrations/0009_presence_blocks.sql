-- Numbers that follow each other lie far apart, and none comes twice: 2147483647 is a prime. So whoever takes a
-- stretch of numbers has taken a sample of all journeys.
CREATE SEQUENCE journeys_no_seq AS integer MAXVALUE 2147483646;--> statement-breakpoint
GRANT USAGE ON SEQUENCE journeys_no_seq TO kairos_app;--> statement-breakpoint
CREATE FUNCTION next_journey_no() RETURNS integer
LANGUAGE sql VOLATILE AS $$
  SELECT (nextval('journeys_no_seq') * 1640531527 % 2147483647)::integer
$$;--> statement-breakpoint
ALTER TABLE "journeys" ADD COLUMN "no" integer DEFAULT next_journey_no() NOT NULL;--> statement-breakpoint
ALTER TABLE "journeys" ADD CONSTRAINT "journeys_no_key" UNIQUE("no");--> statement-breakpoint
-- Four rows of the grid are a band, which is cut at the same longitudes in each of its rows, so that a block has at most
-- eight cells of each.
ALTER TABLE grid_rows ADD COLUMN blocks integer;--> statement-breakpoint
UPDATE grid_rows AS g
SET blocks = (SELECT (max(o.columns) + 7) / 8 FROM grid_rows AS o WHERE o.grid_row >> 2 = g.grid_row >> 2);--> statement-breakpoint
ALTER TABLE grid_rows ALTER COLUMN blocks SET NOT NULL;--> statement-breakpoint
-- A block of the grid and two buckets as one number, those without a day as number 0 of the block. Buckets of a block
-- follow each other.
CREATE FUNCTION presence_place(cell integer, bucket integer, columns integer, blocks integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 13) << 23) | (((cell & 2047) * blocks / columns) << 15) | ((bucket >> 1) + 1)
$$;--> statement-breakpoint
-- The one of a place's 64 bits that stands for a cell and a bucket: 32 for each bucket, eight for each row.
CREATE FUNCTION presence_visit(cell integer, bucket integer, columns integer, blocks integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1::bigint << ((bucket & 1) * 32 + ((cell >> 11) & 3) * 8
    + (cell & 2047) - ((cell & 2047) * blocks / columns * columns + blocks - 1) / blocks)
$$;--> statement-breakpoint
CREATE FUNCTION presence_visits(place integer, visits bigint) RETURNS TABLE (cell integer, bucket integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 AS $$
  SELECT (g.grid_row << 11) + (((place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (n & 7),
    ((place & 32767) - 1) * 2 + (n >> 5)
  FROM generate_series(0, 63) AS n JOIN grid_rows AS g ON g.grid_row = (place >> 23) * 4 + ((n >> 3) & 3)
  WHERE (visits >> n) & 1 = 1
$$;--> statement-breakpoint
-- As before, and the planner may now look into it.
CREATE OR REPLACE FUNCTION presence_bucket(moment timestamptz, shift_s integer) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(floor((extract(epoch FROM moment)::float8 + shift_s) / 259200)::integer, -1)
$$;--> statement-breakpoint
CREATE TABLE "presence_places" (
	"place" integer NOT NULL,
	"journey_no" integer NOT NULL,
	"visits" bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO presence_places
SELECT presence_place(p.cell, p.bucket, g.columns, g.blocks), j.no, bit_or(presence_visit(p.cell, p.bucket, g.columns, g.blocks))
FROM presence AS p JOIN journeys AS j ON j.id = p.journey_id JOIN grid_rows AS g ON g.grid_row = p.cell >> 11
GROUP BY 1, 2;--> statement-breakpoint
DROP TABLE "presence";--> statement-breakpoint
ALTER TABLE "presence_places" RENAME TO "presence";--> statement-breakpoint
-- With the bits, so that a search reads the index alone.
ALTER TABLE "presence" ADD CONSTRAINT "presence_pkey" PRIMARY KEY("place","journey_no") INCLUDE ("visits");--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "presence_journey_no_idx" ON "presence" USING btree ("journey_no");--> statement-breakpoint
-- For people and tests: presence cell by cell.
CREATE VIEW presence_cells AS
SELECT j.id AS journey_id, v.cell, v.bucket
FROM presence AS p JOIN journeys AS j ON j.no = p.journey_no, presence_visits(p.place, p.visits) AS v;--> statement-breakpoint
DROP FUNCTION presence_reach(integer[], integer[], double precision[]);--> statement-breakpoint
-- For cells and buckets of mine: the cells, block by block, that may hold somebody nearer than the reach, 32 bits a
-- block. Cells of mine that are side by side count as one run, and runs overlap along a route, so columns are joined to
-- ranges before they become bits. PL/pgSQL keeps its plan from one call to the next.
CREATE FUNCTION presence_reach(own_cells integer[], own_buckets integer[], reach_m double precision)
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
        SELECT floor(((o.first_slot + 0.5) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
          ceil(((o.last_slot + 0.5) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
      ) AS x
      WHERE x.first_slot <= x.last_slot
      GROUP BY 1, 2, 3, 4
    ) AS r, unnest(r.slots) AS span, generate_series(-1, 1) AS turn
  )
  SELECT ((s.grid_row >> 2) << 8) + b.n, s.bucket,
    bit_or(((1::bigint << (least(s.last_slot, ((b.n + 1) * s.columns - 1) / s.blocks) - greatest(s.first_slot, x.slot) + 1)) - 1)
      << ((s.grid_row & 3) * 8 + greatest(s.first_slot - x.slot, 0)))
  FROM spans AS s
  CROSS JOIN LATERAL generate_series(s.first_slot * s.blocks / s.columns, s.last_slot * s.blocks / s.columns) AS b (n)
  CROSS JOIN LATERAL (SELECT (b.n * s.columns + s.blocks - 1) / s.blocks AS slot) AS x
  WHERE s.first_slot <= s.last_slot
  GROUP BY 1, 2;
END
$$;--> statement-breakpoint
-- The best meeting with each other journey, in the nearest reach first and until there are enough: the fewest buckets
-- apart, then the earliest. Without `buckets_apart` days do not count, and buckets of mine are -1. Within one reach the
-- order is by chance, the same each time for whoever asks: in a crowd a sample of all journeys will do, that of a 32nd
-- part which falls to the one who asks. Of others it sees presence, and whether they may be seen. OFFSET 0 leaves the
-- planner one way to go about it, by index and from mine to theirs, whatever it knows of the tables.
CREATE FUNCTION encounters_of(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, most integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql STABLE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  chance CONSTANT bigint := hashtextextended(asking::text, 0);
  own_part CONSTANT integer := chance & 31;
  own_cells integer[];
  own_buckets integer[];
  near_blocks integer[];
  near_buckets integer[];
  near_cells bigint[];
  places integer[];
  wanted_visits bigint[];
  first_part integer;
  last_part integer;
  met integer[];
  known integer[] := '{}';
BEGIN
  SELECT array_agg(o.cell), array_agg(o.bucket) INTO own_cells, own_buckets
  FROM (
    SELECT DISTINCT v.cell, CASE WHEN buckets_apart IS NULL THEN -1 ELSE v.bucket END AS bucket
    FROM journeys AS j JOIN presence AS p ON p.journey_no = j.no, presence_visits(p.place, p.visits) AS v
    WHERE j.id = asking AND j.owner_id = asking_owner AND (v.bucket >= 0 OR buckets_apart IS NULL)
  ) AS o;
  IF own_cells IS NULL THEN
    RETURN;
  END IF;

  <<nearest_first>>
  FOREACH reach_m IN ARRAY reaches_m LOOP
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO near_blocks, near_buckets, near_cells
    FROM presence_reach(own_cells, own_buckets, reach_m) AS r;

    SELECT array_agg(w.place), array_agg(w.visits) INTO places, wanted_visits
    FROM (
      SELECT (n.block << 15) | (pair + 1) AS place,
        bit_or(CASE WHEN pair * 2 >= n.bucket - buckets_apart THEN n.cells ELSE 0 END
          | CASE WHEN pair * 2 < n.bucket + buckets_apart THEN n.cells << 32 ELSE 0 END) AS visits
      FROM unnest(near_blocks, near_buckets, near_cells) AS n (block, bucket, cells),
        generate_series(greatest(n.bucket - buckets_apart, 0) >> 1, (n.bucket + buckets_apart) >> 1) AS pair
      GROUP BY 1
    ) AS w;

    FOR first_part, last_part IN VALUES (own_part, own_part), (0, 31) LOOP
      SELECT array_agg(s.no ORDER BY s.turn) INTO met
      FROM (
        SELECT c.no, c.turn
        FROM (
          SELECT v.no, hashint8extended(v.no, chance) AS turn
          FROM (
            SELECT p.journey_no
            FROM unnest(places, wanted_visits) AS w (place, visits)
            CROSS JOIN LATERAL (
              SELECT o.journey_no FROM presence AS o
              WHERE o.place = w.place AND o.journey_no BETWEEN first_part << 26 AND (last_part << 26) | 67108863
                AND o.visits & w.visits <> 0
              OFFSET 0
            ) AS p
            UNION
            SELECT p.journey_no
            FROM unnest(near_blocks, near_cells) AS w (block, cells)
            CROSS JOIN LATERAL (
              SELECT o.journey_no FROM presence AS o
              WHERE o.place BETWEEN w.block << 15 AND (w.block << 15) | 32767
                AND o.journey_no >> 26 BETWEEN first_part AND last_part AND o.visits & ((w.cells << 32) | w.cells) <> 0
              OFFSET 0
            ) AS p
            WHERE buckets_apart IS NULL
          ) AS v (no)
          WHERE v.no <> ALL (known)
          ORDER BY turn OFFSET 0
        ) AS c
        CROSS JOIN LATERAL (
          SELECT FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
          WHERE j.no = c.no AND j.owner_id <> asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
            AND u.disabled_at IS NULL
          OFFSET 0
        ) AS shown
        ORDER BY c.turn LIMIT most - cardinality(known)
      ) AS s;
      CONTINUE WHEN met IS NULL;

      RETURN QUERY
      SELECT m.no, reach_m, m.mine, m.theirs,
        (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (m.bit & 7)
      FROM (
        SELECT DISTINCT ON (s.turn) s.turn, s.no, n.bucket AS mine, t.bucket AS theirs, p.place,
          round(ln((t.cells & n.cells & -(t.cells & n.cells))::float8) / ln(2))::integer AS bit
        FROM unnest(met) WITH ORDINALITY AS s (no, turn)
        CROSS JOIN LATERAL (SELECT o.place, o.visits FROM presence AS o WHERE o.journey_no = s.no OFFSET 0) AS p
        CROSS JOIN LATERAL (
          SELECT ((p.place & 32767) - 1) * 2 + half AS bucket, (p.visits >> (32 * half)) & 4294967295 AS cells
          FROM generate_series(0, 1) AS half
        ) AS t
        JOIN unnest(near_blocks, near_buckets, near_cells) AS n (block, bucket, cells)
          ON n.block = p.place >> 15 AND t.cells & n.cells <> 0
            AND (buckets_apart IS NULL OR (t.bucket >= 0 AND abs(t.bucket - n.bucket) <= buckets_apart))
        ORDER BY s.turn, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - n.bucket) END, n.bucket, t.bucket, p.place
      ) AS m
      JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (m.bit >> 3)
      ORDER BY m.turn;
      known := known || met;
      EXIT nearest_first WHEN cardinality(known) >= most;
    END LOOP;
  END LOOP;
END
$$;
