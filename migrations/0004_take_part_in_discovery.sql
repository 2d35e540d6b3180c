DROP FUNCTION encounters_of(uuid,uuid,double precision[],integer,integer,integer,timestamp with time zone,integer);
--> statement-breakpoint
DROP FUNCTION may_be_shown(integer,uuid,timestamp with time zone,integer);
--> statement-breakpoint
DROP INDEX "users_digest_due_idx";
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "takes_part" boolean GENERATED ALWAYS AS (is_adult and role <> 'guest' and disabled_at is null and hidden_at is null) STORED NOT NULL;
--> statement-breakpoint
CREATE INDEX "users_digest_due_idx" ON "users" USING btree ("next_digest_at","id") WHERE riders_near <> 'never' and takes_part;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND journey.status <> 'completed'
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION crowds_of(part integer, first_bucket integer, last_bucket integer, joined_by timestamptz)
RETURNS TABLE (level smallint, cell integer, bucket integer, riders integer)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
  WITH grid AS MATERIALIZED (
    SELECT g.grid_row, g.columns, l.level,
      (max(g.columns) OVER (PARTITION BY l.level, g.grid_row >> l.level) + (1 << l.level) - 1) >> l.level AS map_columns
    FROM grid_rows AS g, unnest('{0,2,4}'::smallint[]) AS l (level)
    WHERE g.grid_row >> 4 = part
  ),
  -- Rows are filtered by rider before presence_visits turns each of them into many visits.
  present AS MATERIALIZED (
    SELECT u.id AS rider_id, p.place, p.visits
    FROM presence AS p
    JOIN journeys AS j ON j.no = p.journey_no
    JOIN users AS u ON u.id = j.owner_id AND u.takes_part AND u.created_at <= joined_by
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
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate integer, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (owner_id uuid, is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT j.owner_id, k.is_known
  FROM journeys AS j
  JOIN users AS u ON u.id = j.owner_id
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = j.owner_id) AS is_known
    OFFSET 0
  ) AS k
  WHERE j.no = candidate AND j.owner_id <> viewer AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = j.owner_id OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION encounters_of(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, max_encounters integer,
  max_new_riders integer, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (
  journey_no integer, rider_id uuid, is_new boolean,
  reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer
)
LANGUAGE plpgsql STABLE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  seed CONSTANT bigint := hashtextextended(asking::text, 0);
  own_part CONSTANT integer := seed & 31;
  asking_no integer;
  asking_mark bytea;
  near_blocks integer[];
  near_buckets integer[];
  near_cells bigint[];
  near_places integer[];
  near_visits bigint[];
  searched_parts integer;
  wanted_parts integer;
  first_part integer;
  last_part integer;
  riders_before integer;
  candidate integer;
  candidate_rider uuid;
  is_new_rider boolean;
  reach_journeys integer[];
  reach_riders uuid[];
  reach_are_new boolean[];
  all_journeys integer[] := '{}';
  all_riders uuid[] := '{}';
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
    SELECT array_agg(p.place), array_agg(p.visits) INTO near_places, near_visits
    FROM places_within(near_blocks, near_buckets, near_cells, buckets_apart) AS p;

    reach_journeys := '{}';
    reach_riders := '{}';
    reach_are_new := '{}';
    searched_parts := 0;
    riders_before := cardinality(all_riders);
    WHILE searched_parts < 32 LOOP
      -- The journeys form a ring of 32 parts. The search takes its own part and the next, then as many as it may need.
      wanted_parts := CASE
        WHEN searched_parts = 0 THEN 2
        WHEN cardinality(all_riders) = riders_before THEN 32
        ELSE ceil(1.5 * (max_encounters - cardinality(all_riders)) * searched_parts
          / (cardinality(all_riders) - riders_before))
      END;
      IF wanted_parts > 15 THEN
        first_part := 0;
        last_part := 31;
        searched_parts := 32;
      ELSE
        first_part := (own_part + searched_parts) & 31;
        last_part := least(31, first_part + least(wanted_parts, 32 - searched_parts) - 1);
        searched_parts := searched_parts + last_part - first_part + 1;
      END IF;
      FOR candidate, candidate_rider, is_new_rider IN
        SELECT c.no, shown.owner_id, NOT shown.is_known
        FROM (
          SELECT n.no, hashint8extended(n.no, seed) AS turn
          FROM near_journeys(near_places, near_visits, near_blocks, near_cells, buckets_apart, first_part, last_part) AS n
          WHERE n.no <> ALL (all_journeys)
            -- A viewer without budget for new riders sees only journeys that were shown before.
            AND (max_new_riders > 0 OR n.no IN (
              SELECT d.other_no FROM journeys AS mine JOIN disclosures AS d ON d.journey_no = mine.no
              WHERE mine.owner_id = asking_owner))
          ORDER BY turn OFFSET 0
        ) AS c
        CROSS JOIN LATERAL may_be_shown(c.no, asking_owner, joined_by, since, max_shown) AS shown
        ORDER BY c.turn
      LOOP
        CONTINUE WHEN cardinality(array_positions(all_riders, candidate_rider)) >= 3;
        IF is_new_rider AND candidate_rider <> ALL (new_riders) THEN
          CONTINUE WHEN cardinality(new_riders) >= max_new_riders;
          new_riders := new_riders || candidate_rider;
        END IF;
        reach_journeys := reach_journeys || candidate;
        reach_riders := reach_riders || candidate_rider;
        reach_are_new := reach_are_new || is_new_rider;
        all_journeys := all_journeys || candidate;
        all_riders := all_riders || candidate_rider;
        EXIT WHEN cardinality(all_riders) >= max_encounters;
      END LOOP;
      EXIT WHEN cardinality(all_riders) >= max_encounters;
    END LOOP;
    CONTINUE WHEN reach_journeys = '{}';

    RETURN QUERY
    SELECT reach_journeys[m.n], reach_riders[m.n], reach_are_new[m.n], reach_m, m.my_bucket, m.their_bucket, m.their_cell
    FROM best_meetings(reach_journeys, near_blocks, near_buckets, near_cells, buckets_apart) AS m
    ORDER BY m.n;
    EXIT WHEN cardinality(all_riders) >= max_encounters;
  END LOOP;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF journey.owner_id = viewer OR journey.visibility = 'private' THEN
    RETURN journey.owner_id = viewer;
  END IF;
  RETURN (
      journey.visibility = 'public' AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part)
      OR shown_exactly_to(journey, viewer)
    )
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = journey.owner_id);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION show_encounters(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, max_encounters integer,
  joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  max_shown integer, max_viewed integer, max_viewed_by_network integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql VOLATILE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  asking_no integer;
  searched_reaches double precision[];
  max_new_riders integer;
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
    AND u.takes_part AND u.created_at <= joined_by
    AND EXISTS (SELECT FROM presence AS p WHERE p.journey_no = j.no AND p.place & 32767 > 0)
    AND (
      NOT EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = j.id AND t.kind = 'past')
        AND NOT EXISTS (SELECT FROM markers AS m WHERE m.journey_id = j.id AND m.marker_type = 'past')
      OR EXISTS (SELECT FROM journey_visits(j.id, moment) AS v WHERE v.visited_at IS NOT NULL)
    );
  IF NOT FOUND THEN
    RETURN;
  END IF;

  max_new_riders := viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network);
  SELECT array_agg(e.journey_no), array_agg(e.rider_id), array_agg(e.is_new),
    array_agg(e.reach_m), array_agg(e.my_bucket), array_agg(e.their_bucket), array_agg(e.their_cell)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT *
    FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, max_encounters, max_new_riders, joined_by, since, max_shown)
      WITH ORDINALITY AS e (journey_no, rider_id, is_new, reach_m, my_bucket, their_bucket, their_cell, n)
    ORDER BY e.n
  ) AS e;
  searched_reaches := ARRAY(
    SELECT s.reach_m FROM unnest(reaches_m) AS s (reach_m)
    WHERE numbers IS NULL OR cardinality(numbers) < max_encounters OR s.reach_m <= reaches[cardinality(reaches)]);
  IF numbers IS NULL THEN
    PERFORM remember_reaches(asking_no, searched_reaches);
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
    max_new_riders := viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network);
    INSERT INTO viewings (viewer_id, shown_id, network_hash, at)
    SELECT asking_owner, s.rider, network, moment
    FROM unnest(new_riders) WITH ORDINALITY AS s (rider, n)
    JOIN users AS u ON u.id = s.rider AND u.takes_part AND u.created_at <= joined_by
    WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = asking_owner AND b.other_id = s.rider OFFSET 0)
      AND max_shown > (SELECT count(*) FROM viewings AS v WHERE v.shown_id = s.rider AND v.at > since)
    ORDER BY s.n LIMIT max_new_riders;
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

  PERFORM remember_reaches(asking_no, searched_reaches);

  RETURN QUERY
  SELECT s.no, s.reach, s.mine, s.theirs, s.cell
  FROM unnest(numbers, are_new, reaches, my_buckets, their_buckets, their_cells)
    WITH ORDINALITY AS s (no, is_new, reach, mine, theirs, cell, n)
  WHERE NOT s.is_new
  ORDER BY s.n;
END
$$;
