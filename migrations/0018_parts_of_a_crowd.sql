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
        SELECT floor(((o.first_slot + 0.5::float8) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
          ceil(((o.last_slot + 0.5::float8) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
      ) AS x
      WHERE x.first_slot <= x.last_slot
      GROUP BY 1, 2, 3, 4
    ) AS r, unnest(r.slots) AS span,
      generate_series(CASE WHEN upper(span) > r.columns THEN -1 ELSE 0 END, CASE WHEN lower(span) < 0 THEN 1 ELSE 0 END) AS turn
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
CREATE OR REPLACE FUNCTION encounters_of(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, most integer,
  room integer, since timestamptz, most_shown integer
)
RETURNS TABLE (
  journey_no integer, rider_id uuid, is_new boolean,
  reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer
)
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
  looked_at integer;
  wanted_parts integer;
  first_part integer;
  last_part integer;
  riders_before integer;
  candidate integer;
  candidate_rider uuid;
  is_unknown boolean;
  met integer[];
  met_riders uuid[];
  met_new boolean[];
  known integer[] := '{}';
  riders uuid[] := '{}';
  new_riders uuid[] := '{}';
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

    met := '{}';
    met_riders := '{}';
    met_new := '{}';
    looked_at := 0;
    riders_before := cardinality(riders);
    WHILE looked_at < 32 LOOP
      -- My own part and the next, then those that follow round the ring, as many as are likely to hold the rest.
      wanted_parts := CASE
        WHEN looked_at = 0 THEN 2
        WHEN cardinality(riders) = riders_before THEN 32
        ELSE ceil(1.5 * (most - cardinality(riders)) * looked_at / (cardinality(riders) - riders_before))
      END;
      IF wanted_parts > 15 THEN
        first_part := 0;
        last_part := 31;
        looked_at := 32;
      ELSE
        first_part := (own_part + looked_at) & 31;
        last_part := least(31, first_part + least(wanted_parts, 32 - looked_at) - 1);
        looked_at := looked_at + last_part - first_part + 1;
      END IF;
      FOR candidate, candidate_rider, is_unknown IN
        SELECT c.no, shown.owner_id, NOT shown.is_known
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
            -- Who has no room for new riders is shown again what was shown before.
            AND (room > 0 OR v.no IN (
              SELECT d.other_no FROM journeys AS mine JOIN disclosures AS d ON d.journey_no = mine.no
              WHERE mine.owner_id = asking_owner))
          ORDER BY turn OFFSET 0
        ) AS c
        CROSS JOIN LATERAL (
          SELECT j.owner_id, k.is_known
          FROM journeys AS j
          JOIN users AS u ON u.id = j.owner_id
          CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = asking_owner AND w.shown_id = j.owner_id) AS is_known
            OFFSET 0
          ) AS k
          WHERE j.no = c.no AND j.owner_id <> asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
            AND u.is_on_show
            AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = asking_owner AND s.other_id = j.owner_id OFFSET 0)
            AND (k.is_known OR most_shown > (
              SELECT count(*) FROM (
                SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT most_shown
              ) AS shown_to))
          OFFSET 0
        ) AS shown
        ORDER BY c.turn
      LOOP
        CONTINUE WHEN cardinality(array_positions(riders, candidate_rider)) >= 3;
        IF is_unknown AND candidate_rider <> ALL (new_riders) THEN
          CONTINUE WHEN cardinality(new_riders) >= room;
          new_riders := new_riders || candidate_rider;
        END IF;
        met := met || candidate;
        met_riders := met_riders || candidate_rider;
        met_new := met_new || is_unknown;
        known := known || candidate;
        riders := riders || candidate_rider;
        EXIT WHEN cardinality(riders) >= most;
      END LOOP;
      EXIT WHEN cardinality(riders) >= most;
    END LOOP;
    CONTINUE WHEN met = '{}';

    RETURN QUERY
    SELECT m.no, m.rider, m.is_new, reach_m, m.mine, m.theirs,
      (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (m.bit & 7)
    FROM (
      SELECT DISTINCT ON (s.turn) s.turn, s.no, s.rider, s.is_new, n.bucket AS mine, t.bucket AS theirs, p.place,
        round(ln((t.cells & n.cells & -(t.cells & n.cells))::float8) / ln(2))::integer AS bit
      FROM unnest(met, met_riders, met_new) WITH ORDINALITY AS s (no, rider, is_new, turn)
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
    EXIT WHEN cardinality(riders) >= most;
  END LOOP;
END
$$;
