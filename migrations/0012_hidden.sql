DROP INDEX "users_digest_due_idx";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "hidden_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "is_on_show" boolean GENERATED ALWAYS AS (disabled_at is null and hidden_at is null) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "users_digest_due_idx" ON "users" USING btree ("next_digest_at","id") WHERE riders_near <> 'never' and is_adult and is_on_show;--> statement-breakpoint
-- As before, of riders who are on show.
CREATE OR REPLACE FUNCTION encounters_of(
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
            AND u.is_on_show
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
$$;--> statement-breakpoint
-- As before, of riders who are on show.
CREATE OR REPLACE FUNCTION crowds_of(part integer, first_bucket integer, last_bucket integer, joined_by timestamptz)
RETURNS TABLE (level smallint, cell integer, bucket integer, riders integer)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
  WITH grid AS MATERIALIZED (
    SELECT g.grid_row, g.columns, l.level,
      (max(g.columns) OVER (PARTITION BY l.level, g.grid_row >> l.level) + (1 << l.level) - 1) >> l.level AS map_columns
    FROM grid_rows AS g, unnest('{0,2,4}'::smallint[]) AS l (level)
    WHERE g.grid_row >> 4 = part
  ),
  -- Before visits are spelled out, of which there are many more.
  present AS MATERIALIZED (
    SELECT u.id AS rider_id, p.place, p.visits
    FROM presence AS p
    JOIN journeys AS j ON j.no = p.journey_no
    JOIN users AS u ON u.id = j.owner_id AND u.is_adult AND u.created_at <= joined_by AND u.is_on_show
    WHERE p.place BETWEEN part << 25 AND (part << 25) | 33554431
      AND (p.place & 32767) BETWEEN (first_bucket >> 1) + 1 AND (last_bucket >> 1) + 1
  )
  SELECT g.level, (v.cell >> 11 >> g.level << 11) + (2 * (v.cell & 2047) + 1) * g.map_columns / (2 * g.columns), v.bucket,
    (count(DISTINCT p.rider_id) / 5 * 5)::integer
  FROM present AS p
  CROSS JOIN LATERAL presence_visits(p.place, p.visits) AS v
  JOIN grid AS g ON g.grid_row = v.cell >> 11
  WHERE v.bucket BETWEEN first_bucket AND last_bucket
  GROUP BY 1, 2, 3 HAVING count(DISTINCT p.rider_id) >= 5
$$;
