DROP INDEX "users_digest_due_idx";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "hidden_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "is_on_show" boolean GENERATED ALWAYS AS (disabled_at is null and hidden_at is null) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "users_digest_due_idx" ON "users" USING btree ("next_digest_at","id") WHERE riders_near <> 'never' and is_adult and is_on_show;--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "blocks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"blocker_id" uuid NOT NULL,
	"blocked_id" uuid,
	"named_by" text NOT NULL,
	"address_hash" "bytea",
	"label" text,
	"name" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocker_id_users_id_fk" FOREIGN KEY ("blocker_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocked_id_users_id_fk" FOREIGN KEY ("blocked_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blocks_blocker_id_idx" ON "blocks" USING btree ("blocker_id","blocked_id");--> statement-breakpoint
CREATE INDEX "blocks_blocked_id_idx" ON "blocks" USING btree ("blocked_id","blocker_id");--> statement-breakpoint
CREATE INDEX "blocks_address_hash_idx" ON "blocks" USING btree ("address_hash") WHERE address_hash is not null;--> statement-breakpoint
CREATE INDEX "blocks_list_idx" ON "blocks" USING btree ("blocker_id","created_at","id");--> statement-breakpoint
-- Every block in both directions: who is in it is nobody to the other.
CREATE VIEW silences AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
--> statement-breakpoint
CREATE TABLE "disclosures" (
	"journey_no" integer NOT NULL,
	"other_no" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "disclosures_pkey" PRIMARY KEY("journey_no","other_no")
);
--> statement-breakpoint
CREATE TABLE "viewings" (
	"viewer_id" uuid,
	"shown_id" uuid NOT NULL,
	"network_hash" "bytea",
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_other_no_journeys_no_fk" FOREIGN KEY ("other_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_viewer_id_users_id_fk" FOREIGN KEY ("viewer_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_shown_id_users_id_fk" FOREIGN KEY ("shown_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "disclosures_other_no_idx" ON "disclosures" USING btree ("other_no");--> statement-breakpoint
CREATE UNIQUE INDEX "viewings_viewer_id_shown_id_key" ON "viewings" USING btree ("viewer_id","shown_id");--> statement-breakpoint
CREATE INDEX "viewings_viewer_id_idx" ON "viewings" USING btree ("viewer_id","at");--> statement-breakpoint
CREATE INDEX "viewings_shown_id_idx" ON "viewings" USING btree ("shown_id","at");--> statement-breakpoint
CREATE INDEX "viewings_network_hash_idx" ON "viewings" USING btree ("network_hash","at") WHERE network_hash is not null;--> statement-breakpoint
DROP FUNCTION encounters_of(uuid, uuid, double precision[], integer, integer);--> statement-breakpoint
-- As before, of who may be shown: riders whom the viewer has seen, and so many new ones as there is room for, of those
-- who were shown to fewer than `most_shown` since. At most three journeys of one rider, so that nobody takes the places of
-- all. A rider counts as seen whatever the journey.
CREATE FUNCTION encounters_of(
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
  first_part integer;
  last_part integer;
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
      met := '{}';
      met_riders := '{}';
      met_new := '{}';
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
        riders := riders || candidate_rider;
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
      known := known || met;
      EXIT nearest_first WHEN cardinality(riders) >= most;
    END LOOP;
  END LOOP;
END
$$;--> statement-breakpoint
-- How many new riders a viewer may still see, by the account and by the network.
CREATE FUNCTION viewings_left(viewer uuid, network bytea, since timestamptz, most integer, most_of_network integer)
RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT greatest(0, least(
    most - (SELECT count(*) FROM viewings AS v WHERE v.viewer_id = viewer AND v.at > since),
    CASE WHEN network IS NOT NULL
      THEN most_of_network - (SELECT count(*) FROM viewings AS v WHERE v.network_hash = network AND v.at > since) END
  ))::integer
$$;--> statement-breakpoint
-- Finds encounters, writes down who is shown to whom and answers what is written down: one search after the other where
-- riders are new to somebody, so that no budget is exceeded by many at once. Each statement of a volatile function sees
-- what was committed before it. A search that shows nobody new locks nothing and writes nothing, and so does one by who
-- may not search.
CREATE FUNCTION show_encounters(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, most integer,
  joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  most_shown integer, most_viewed integer, most_viewed_of_network integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql VOLATILE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  asking_no integer;
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
    AND u.is_adult AND u.is_on_show AND u.created_at <= joined_by;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  room := viewings_left(asking_owner, network, since, most_viewed, most_viewed_of_network);
  SELECT array_agg(e.journey_no ORDER BY e.n), array_agg(e.rider_id ORDER BY e.n), array_agg(e.is_new ORDER BY e.n),
    array_agg(e.reach_m ORDER BY e.n), array_agg(e.my_bucket ORDER BY e.n), array_agg(e.their_bucket ORDER BY e.n),
    array_agg(e.their_cell ORDER BY e.n)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, most, room, since, most_shown)
    WITH ORDINALITY AS e (journey_no, rider_id, is_new, reach_m, my_bucket, their_bucket, their_cell, n);
  IF numbers IS NULL THEN
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

  RETURN QUERY
  SELECT s.no, s.reach, s.mine, s.theirs, s.cell
  FROM unnest(numbers, are_new, reaches, my_buckets, their_buckets, their_cells)
    WITH ORDINALITY AS s (no, is_new, reach, mine, theirs, cell, n)
  WHERE NOT s.is_new
  ORDER BY s.n;
END
$$;
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"requester_id" uuid NOT NULL,
	"addressee_id" uuid NOT NULL,
	"requester_journey_id" uuid,
	"addressee_journey_id" uuid,
	"message" text NOT NULL,
	"state" text NOT NULL,
	"is_withdrawn" boolean DEFAULT false NOT NULL,
	"requester_exact" boolean DEFAULT false NOT NULL,
	"addressee_exact" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_id_users_id_fk" FOREIGN KEY ("requester_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_id_users_id_fk" FOREIGN KEY ("addressee_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_journey_id_journeys_id_fk" FOREIGN KEY ("requester_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_journey_id_journeys_id_fk" FOREIGN KEY ("addressee_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connections_pair_key" ON "connections" USING btree (least("requester_id", "addressee_id"),greatest("requester_id", "addressee_id"));--> statement-breakpoint
CREATE INDEX "connections_requester_id_idx" ON "connections" USING btree ("requester_id","asked_at","id");--> statement-breakpoint
CREATE INDEX "connections_addressee_id_idx" ON "connections" USING btree ("addressee_id","asked_at","id");--> statement-breakpoint
CREATE INDEX "connections_requester_journey_id_idx" ON "connections" USING btree ("requester_journey_id");--> statement-breakpoint
CREATE INDEX "connections_addressee_journey_id_idx" ON "connections" USING btree ("addressee_journey_id");