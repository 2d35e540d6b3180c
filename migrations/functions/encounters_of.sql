-- As before, but how far round my way a reach goes is remembered.
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
  asking_no integer;
  asking_mark bytea;
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
  SELECT j.no, presence_mark(j.no) INTO asking_no, asking_mark
  FROM journeys AS j WHERE j.id = asking AND j.owner_id = asking_owner;
  IF asking_mark IS NULL THEN
    RETURN;
  END IF;

  FOREACH reach_m IN ARRAY reaches_m LOOP
    SELECT r.blocks, r.buckets, r.cells INTO near_blocks, near_buckets, near_cells
    FROM journey_reach(asking_no, reach_m, asking_mark, buckets_apart IS NULL) AS r;
    IF buckets_apart IS NULL THEN
      SELECT array_agg(n.block), array_agg(-1), array_agg(n.cells) INTO near_blocks, near_buckets, near_cells
      FROM (
        SELECT u.block, bit_or(u.cells) AS cells FROM unnest(near_blocks, near_cells) AS u (block, cells) GROUP BY 1
      ) AS n;
    END IF;

    SELECT array_agg(w.place), array_agg(w.visits) INTO places, wanted_visits
    FROM (
      SELECT (n.block << 15) | (pair + 1) AS place,
        bit_or(CASE WHEN pair * 2 >= n.bucket - buckets_apart THEN n.cells ELSE 0 END
          | CASE WHEN pair * 2 < n.bucket + buckets_apart THEN n.cells << 32 ELSE 0 END) AS visits
      FROM unnest(near_blocks, near_buckets, near_cells) AS n (block, bucket, cells),
        generate_series(greatest(n.bucket - buckets_apart, 0) >> 1, (n.bucket + buckets_apart) >> 1) AS pair
      WHERE n.bucket >= 0
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
          AND (buckets_apart IS NULL OR (t.bucket >= 0 AND n.bucket >= 0 AND abs(t.bucket - n.bucket) <= buckets_apart))
      ORDER BY s.turn, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - n.bucket) END, n.bucket, t.bucket, p.place
    ) AS m
    JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (m.bit >> 3)
    ORDER BY m.turn;
    EXIT WHEN cardinality(riders) >= most;
  END LOOP;
END
$$;
