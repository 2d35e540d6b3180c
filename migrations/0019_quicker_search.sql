CREATE TABLE "presence_reaches" (
	"journey_no" integer NOT NULL,
	"reach_m" double precision NOT NULL,
	"made_of" "bytea" NOT NULL,
	"blocks" integer[] NOT NULL,
	"buckets" integer[] NOT NULL,
	"cells" bigint[] NOT NULL,
	CONSTRAINT "presence_reaches_pkey" PRIMARY KEY("journey_no","reach_m")
);
--> statement-breakpoint
ALTER TABLE "presence_reaches" ADD CONSTRAINT "presence_reaches_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Stands for the presence of a journey: another where that is another, nothing where there is none.
CREATE FUNCTION presence_mark(journey integer) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT sha256(string_agg(p.place || ' ' || p.visits, ',' ORDER BY p.place)::bytea)
    FROM presence AS p WHERE p.journey_no = journey
  );
END
$$;--> statement-breakpoint
-- What was made of presence is forgotten as rows of it come, change and go, whoever sees to that.
CREATE FUNCTION forget_reaches() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  changed_no integer;
BEGIN
  FOR changed_no IN SELECT DISTINCT c.journey_no FROM changed AS c LOOP
    DELETE FROM presence_reaches AS r WHERE r.journey_no = changed_no;
  END LOOP;
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER presence_added AFTER INSERT ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();--> statement-breakpoint
CREATE TRIGGER presence_changed AFTER UPDATE ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();--> statement-breakpoint
CREATE TRIGGER presence_removed AFTER DELETE ON presence REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();--> statement-breakpoint
-- What `presence_reach` says of all cells and buckets of a journey whose presence has this mark, those without a day as
-- well: as it is remembered, else worked out, and then without days where they do not count. Whoever changes
-- `presence_reach` empties `presence_reaches`.
CREATE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, is_any_day boolean)
RETURNS TABLE (blocks integer[], buckets integer[], cells bigint[])
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT r.blocks, r.buckets, r.cells FROM presence_reaches AS r
  WHERE r.journey_no = journey AND r.reach_m = journey_reach.reach_m AND r.made_of = mark;
  IF NOT FOUND THEN
    RETURN QUERY
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells)
    FROM (
      SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
      FROM (
        SELECT DISTINCT v.cell, CASE WHEN is_any_day THEN -1 ELSE v.bucket END AS bucket
        FROM presence AS p, presence_visits(p.place, p.visits) AS v
        WHERE p.journey_no = journey
      ) AS v
    ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  END IF;
END
$$;--> statement-breakpoint
-- Remembers how far these reaches are, of those that many ask for (`distanceBandsM`): a journey has a row for each of them
-- at most, and one of more than a thousand rows of presence has none, since its reaches take megabytes. Not while
-- somebody changes the journey, and nobody changes it meanwhile: what is forgotten then stays so.
CREATE FUNCTION remember_reaches(journey integer, reaches_m double precision[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  lasting CONSTANT double precision[] := ARRAY(
    SELECT m FROM unnest(reaches_m) AS m WHERE m IN (25000, 50000, 100000, 200000, 500000));
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM presence AS p WHERE p.journey_no = journey LIMIT 1001) AS own) > 1000 THEN
    RETURN;
  END IF;
  IF cardinality(lasting) = (
    SELECT count(*) FROM presence_reaches AS r
    WHERE r.journey_no = journey AND r.reach_m = ANY (lasting) AND r.made_of = (SELECT presence_mark(journey))
  ) THEN
    RETURN;
  END IF;
  PERFORM FROM journeys AS j WHERE j.no = journey FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- Sees what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, made_of, blocks, buckets, cells)
  SELECT journey, m, p.mark, o.blocks, o.buckets, o.cells
  FROM presence_mark(journey) AS p (mark), unnest(lasting) AS m, journey_reach(journey, m, p.mark, false) AS o
  WHERE p.mark IS NOT NULL
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET made_of = excluded.made_of, blocks = excluded.blocks, buckets = excluded.buckets, cells = excluded.cells
  WHERE r.made_of <> excluded.made_of;
END
$$;--> statement-breakpoint
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
$$;--> statement-breakpoint
-- As before, and remembers how far it looked, last of all: locks are taken in the order riders, journeys. Nobody is shown
-- to who asks from a journey without days, whatever the days asked for; what was ridden loses its days before presence
-- does, which hears of it at night.
CREATE OR REPLACE FUNCTION show_encounters(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, most integer,
  joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  most_shown integer, most_viewed integer, most_viewed_of_network integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql VOLATILE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  asking_no integer;
  looked_within double precision[];
  room integer;
  numbers integer[];
  riders uuid[];
  are_new boolean[];
  reaches double precision[];
  my_buckets integer[];
  their_buckets integer[];
  their_cells integer[];
  new_riders uuid[];
BEGIN
  SELECT j.no INTO asking_no
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.is_adult AND u.is_on_show AND u.created_at <= joined_by
    AND EXISTS (SELECT FROM presence AS p WHERE p.journey_no = j.no AND p.place & 32767 > 0)
    AND (
      NOT EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = j.id AND t.kind = 'past')
        AND NOT EXISTS (SELECT FROM markers AS m WHERE m.journey_id = j.id AND m.marker_type = 'past')
      OR EXISTS (SELECT FROM journey_visits(j.id, moment) AS v WHERE v.visited_at IS NOT NULL)
    );
  IF NOT FOUND THEN
    RETURN;
  END IF;

  room := viewings_left(asking_owner, network, since, most_viewed, most_viewed_of_network);
  SELECT array_agg(e.journey_no), array_agg(e.rider_id), array_agg(e.is_new),
    array_agg(e.reach_m), array_agg(e.my_bucket), array_agg(e.their_bucket), array_agg(e.their_cell)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT *
    FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, most, room, since, most_shown)
      WITH ORDINALITY AS e (journey_no, rider_id, is_new, reach_m, my_bucket, their_bucket, their_cell, n)
    ORDER BY e.n
  ) AS e;
  looked_within := ARRAY(
    SELECT s.reach_m FROM unnest(reaches_m) AS s (reach_m)
    WHERE numbers IS NULL OR cardinality(numbers) < most OR s.reach_m <= reaches[cardinality(reaches)]);
  IF numbers IS NULL THEN
    PERFORM remember_reaches(asking_no, looked_within);
    RETURN;
  END IF;

  IF true = ANY (are_new) THEN
    new_riders := ARRAY(
      SELECT s.rider FROM unnest(riders, are_new) WITH ORDINALITY AS s (rider, is_new, n)
      WHERE s.is_new GROUP BY 1 ORDER BY min(s.n));
    IF network IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
    END IF;
    PERFORM FROM users AS u WHERE u.id = ANY (new_riders || asking_owner) ORDER BY u.id FOR NO KEY UPDATE;
    room := viewings_left(asking_owner, network, since, most_viewed, most_viewed_of_network);
    INSERT INTO viewings (viewer_id, shown_id, network_hash, at)
    SELECT asking_owner, s.rider, network, moment
    FROM unnest(new_riders) WITH ORDINALITY AS s (rider, n)
    JOIN users AS u ON u.id = s.rider AND u.is_on_show
    WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      AND NOT EXISTS (SELECT FROM silences AS b WHERE b.rider_id = asking_owner AND b.other_id = s.rider OFFSET 0)
      AND most_shown > (SELECT count(*) FROM viewings AS v WHERE v.shown_id = s.rider AND v.at > since)
    ORDER BY s.n LIMIT room;
    are_new := ARRAY(
      SELECT NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      FROM unnest(riders) WITH ORDINALITY AS s (rider, n) ORDER BY s.n);
  END IF;

  INSERT INTO disclosures (journey_no, other_no, at)
  SELECT asking_no, j.no, moment
  FROM unnest(numbers, are_new) AS s (no, is_new)
  JOIN journeys AS j ON j.no = s.no
  JOIN journeys AS mine ON mine.no = asking_no
  WHERE NOT s.is_new
    AND NOT EXISTS (SELECT FROM disclosures AS d WHERE d.journey_no = asking_no AND d.other_no = s.no OFFSET 0)
  FOR KEY SHARE OF j, mine
  ON CONFLICT DO NOTHING;

  PERFORM remember_reaches(asking_no, looked_within);

  RETURN QUERY
  SELECT s.no, s.reach, s.mine, s.theirs, s.cell
  FROM unnest(numbers, are_new, reaches, my_buckets, their_buckets, their_cells)
    WITH ORDINALITY AS s (no, is_new, reach, mine, theirs, cell, n)
  WHERE NOT s.is_new
  ORDER BY s.n;
END
$$;--> statement-breakpoint
-- A journey's way for its own rider, cell by cell and bucket by bucket in riding order, and from when to when it is there.
CREATE FUNCTION own_way(journey uuid, owner uuid, moment timestamptz)
RETURNS TABLE (cell integer, bucket integer, first_at timestamptz, last_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.cell, presence_bucket(v.visited_at, j.starts_on, j.shift_s, j.skew), min(v.visited_at), max(v.visited_at)
  FROM journeys AS j, journey_visits(j.id, moment) AS v
  WHERE j.id = journey AND j.owner_id = owner
  GROUP BY 1, 2 ORDER BY min(v.visited_at), min(v.along_m), v.cell;
END
$$;
