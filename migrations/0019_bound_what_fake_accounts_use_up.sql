DROP FUNCTION encounters_of(integer,bytea,uuid,double precision[],integer,integer,bigint,integer,timestamp with time zone,timestamp with time zone,integer);
--> statement-breakpoint
DROP FUNCTION riders_within(integer[],integer[],integer[],bigint[],boolean,uuid,bigint,integer,integer,timestamp with time zone,timestamp with time zone,integer,integer[],uuid[],boolean[],integer[],bigint[],integer);
--> statement-breakpoint
DROP FUNCTION record_viewings(uuid,uuid[],timestamp with time zone,bytea,timestamp with time zone,timestamp with time zone,integer,integer,integer);
--> statement-breakpoint
DROP FUNCTION candidates_within(integer[],integer[],integer[],bigint[],integer,integer,uuid,bigint);
--> statement-breakpoint
DROP FUNCTION may_be_shown(uuid,uuid,timestamp with time zone,timestamp with time zone,integer);
--> statement-breakpoint
DROP FUNCTION known_within(integer[],integer[],integer[],bigint[],uuid,bigint);
--> statement-breakpoint
DROP INDEX "viewings_viewer_id_shown_id_key";
--> statement-breakpoint
DROP INDEX "viewings_shown_id_idx";
--> statement-breakpoint
ALTER TABLE "viewings" ADD COLUMN "viewer_is_new" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "viewings" ADD COLUMN "is_public" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "published_plans" ADD COLUMN "journey_gone_at" timestamp (3) with time zone;
--> statement-breakpoint
CREATE UNIQUE INDEX "viewings_viewer_id_shown_id_is_public_key" ON "viewings" USING btree ("viewer_id","shown_id","is_public");
--> statement-breakpoint
CREATE INDEX "viewings_shown_id_is_public_idx" ON "viewings" USING btree ("shown_id","is_public","at","viewer_is_new");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION known_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], is_public boolean, group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.is_public, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.is_public, o.group_key, row_number() OVER of_group AS nth,
      hashint8extended(first_value(n.no) OVER of_group, ~seed) AS turn
    FROM (
      SELECT p.journey_no AS no, array_agg(p.place) AS places, array_agg(p.visits) AS visits
      FROM (
        SELECT d.other_no FROM journeys AS mine JOIN disclosures AS d ON d.journey_no = mine.no
        WHERE mine.owner_id = viewer GROUP BY 1 ORDER BY max(d.at) DESC, 1 LIMIT 300
      ) AS k
      CROSS JOIN LATERAL (
        SELECT o.journey_no, o.place, o.visits FROM presence AS o WHERE o.journey_no = k.other_no OFFSET 0
      ) AS p
      WHERE EXISTS (
        SELECT FROM unnest(blocks, first_buckets, last_buckets, cells) AS s (block, first_bucket, last_bucket, cells),
          generate_series(0, 1) AS half
        WHERE s.block = p.place >> 15 AND (p.visits >> (32 * half)) & s.cells <> 0
          AND ((p.place & 32767) - 1) * 2 + half BETWEEN s.first_bucket AND s.last_bucket)
      GROUP BY 1
    ) AS n
    CROSS JOIN LATERAL (
      SELECT j.owner_id, v.is_public, uuid_hash_extended(j.owner_id, v.is_public::integer) AS group_key
      FROM journeys AS j CROSS JOIN LATERAL (SELECT j.visibility = 'public' AS is_public) AS v
      WHERE j.no = n.no AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over OFFSET 0
    ) AS o
    WINDOW of_group AS (PARTITION BY o.group_key ORDER BY hashint8extended(n.no, seed))
  ) AS r
  WHERE r.nth <= 3
  ORDER BY r.nth, r.turn OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate uuid, is_public boolean, viewer uuid, is_new_viewer boolean, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT k.is_known
  FROM users AS u
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = u.id AND w.is_public = may_be_shown.is_public) AS is_known
    OFFSET 0
  ) AS k
  WHERE u.id = candidate AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = u.id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR (
      SELECT count(*) < max_shown AND (NOT is_new_viewer OR count(*) FILTER (WHERE w.viewer_is_new) < max_shown / 4.0)
      FROM (
        SELECT w.viewer_is_new FROM viewings AS w
        WHERE w.shown_id = u.id AND w.is_public = may_be_shown.is_public AND w.at > since LIMIT max_shown
      ) AS w))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION candidates_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], first_part integer, last_part integer,
  viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], is_public boolean, group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.is_public, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.is_public, o.group_key, row_number() OVER of_group AS nth,
      hashint8extended(first_value(n.no) OVER of_group, ~seed) AS turn
    FROM near_journeys(blocks, first_buckets, last_buckets, cells, first_part, last_part) AS n
    CROSS JOIN LATERAL (
      SELECT j.owner_id, v.is_public, uuid_hash_extended(j.owner_id, v.is_public::integer) AS group_key
      FROM journeys AS j CROSS JOIN LATERAL (SELECT j.visibility = 'public' AS is_public) AS v
      WHERE j.no = n.no AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over OFFSET 0
    ) AS o
    WINDOW of_group AS (PARTITION BY o.group_key ORDER BY hashint8extended(n.no, seed))
  ) AS r
  WHERE r.nth <= 3
  ORDER BY r.nth, r.turn OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_viewings(
  viewer uuid, is_new_viewer boolean, riders uuid[], are_public boolean[], are_new boolean[], joined_by timestamptz,
  network bytea, moment timestamptz, since timestamptz, max_shown integer, max_viewed integer,
  max_viewed_by_network integer
)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  new_riders CONSTANT uuid[] := ARRAY(SELECT s.rider FROM unnest(riders, are_new) AS s (rider, is_new) WHERE s.is_new);
  max_new_riders integer;
BEGIN
  IF network IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
  END IF;
  PERFORM FROM users AS u WHERE u.id = ANY (new_riders || viewer) ORDER BY u.id FOR NO KEY UPDATE;
  max_new_riders := viewings_left(viewer, network, since, max_viewed, max_viewed_by_network);
  INSERT INTO viewings (viewer_id, viewer_is_new, shown_id, is_public, network_hash, at)
  SELECT viewer, is_new_viewer, s.rider, s.is_public, network, moment
  FROM (
    SELECT n.rider, n.is_public, min(n.n) AS first_n
    FROM unnest(riders, are_public, are_new) WITH ORDINALITY AS n (rider, is_public, is_new, n)
    WHERE n.is_new GROUP BY 1, 2
  ) AS s
  CROSS JOIN LATERAL may_be_shown(s.rider, s.is_public, viewer, is_new_viewer, joined_by, since, max_shown) AS shown
  WHERE NOT shown.is_known
  ORDER BY s.first_n LIMIT max_new_riders;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION riders_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], is_wide boolean,
  viewer uuid, is_new_viewer boolean, seed bigint, max_riders integer, max_new_riders integer, joined_by timestamptz, since timestamptz,
  max_shown integer, INOUT numbers integer[], INOUT riders uuid[], INOUT are_public boolean[], INOUT are_new boolean[], INOUT nths integer[],
  INOUT groups bigint[], INOUT checked integer, OUT row_numbers integer[], OUT row_places integer[], OUT row_visits bigint[], OUT is_done boolean
)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  max_checked CONSTANT integer := 1000;
  found_nearer CONSTANT integer := cardinality(array_positions(nths, 1));
  first_riders integer := found_nearer;
  found_before integer := found_nearer;
  new_riders integer := (SELECT count(*) FROM unnest(are_new, nths) AS u (is_new, nth) WHERE u.is_new AND u.nth = 1);
  is_known_next boolean := max_new_riders < max_riders;
  searched_parts integer := 0;
  seen integer := 0;
  found_total integer;
  first_part integer;
  last_part integer;
  candidates refcursor;
  candidate record;
  nth integer;
BEGIN
  row_numbers := '{}';
  row_places := '{}';
  row_visits := '{}';
  WHILE first_riders < max_riders
    AND (is_known_next OR searched_parts < 32 AND new_riders < max_new_riders AND checked < max_checked)
  LOOP
    IF is_known_next THEN
      OPEN candidates NO SCROLL FOR
        SELECT c.no, c.rider, c.places, c.visits, c.is_public, c.group_key, c.total, NOT shown.is_known AS is_new
        FROM known_within(blocks, first_buckets, last_buckets, cells, viewer, seed) AS c
        LEFT JOIN LATERAL may_be_shown(c.rider, c.is_public, viewer, is_new_viewer, joined_by, since, max_shown) AS shown ON true
        WHERE c.no <> ALL (numbers)
        ORDER BY c.nth, c.turn;
    ELSE
      SELECT p.first_part, p.last_part, p.searched_then INTO first_part, last_part, searched_parts
      FROM next_parts(searched_parts, (seed & 31)::integer, first_riders - found_before, max_riders - first_riders, seen,
        max_checked - checked, found_nearer, cardinality(blocks), is_wide) AS p;
      OPEN candidates NO SCROLL FOR
        SELECT c.no, c.rider, c.places, c.visits, c.is_public, c.group_key, c.total, NOT shown.is_known AS is_new
        FROM candidates_within(blocks, first_buckets, last_buckets, cells, first_part, last_part, viewer, seed) AS c
        LEFT JOIN LATERAL may_be_shown(c.rider, c.is_public, viewer, is_new_viewer, joined_by, since, max_shown) AS shown ON true
        WHERE c.no <> ALL (numbers)
        ORDER BY c.nth, c.turn;
    END IF;
    found_total := 0;
    LOOP
      FETCH candidates INTO candidate;
      EXIT WHEN NOT FOUND;
      checked := checked + 1;
      found_total := candidate.total;
      EXIT WHEN checked >= max_checked;
      CONTINUE WHEN candidate.is_new IS NULL;
      nth := cardinality(array_positions(groups, candidate.group_key)) + 1;
      CONTINUE WHEN nth > 3;
      IF candidate.is_new AND nth = 1 THEN
        CONTINUE WHEN new_riders >= max_new_riders;
        new_riders := new_riders + 1;
      END IF;
      IF nth = 1 THEN
        first_riders := first_riders + 1;
      END IF;
      numbers := numbers || candidate.no;
      riders := riders || candidate.rider;
      are_public := are_public || candidate.is_public;
      are_new := are_new || candidate.is_new;
      nths := nths || nth;
      groups := groups || candidate.group_key;
      row_numbers := row_numbers || array_fill(cardinality(numbers), ARRAY[cardinality(candidate.places)]);
      row_places := row_places || candidate.places;
      row_visits := row_visits || candidate.visits;
      EXIT WHEN first_riders >= max_riders;
    END LOOP;
    CLOSE candidates;
    IF is_known_next THEN
      -- The known ones are no sample of all riders.
      found_before := first_riders;
      is_known_next := false;
    ELSE
      seen := seen + found_total;
    END IF;
  END LOOP;
  is_done := first_riders >= max_riders OR checked >= max_checked;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION encounters_of(
  asking_no integer, asking_mark bytea, asking_owner uuid, is_new_viewer boolean, reaches_m double precision[], buckets_apart integer,
  max_encounters integer, seed bigint, max_new_riders integer, joined_by timestamptz, since timestamptz, max_shown integer,
  OUT numbers integer[], OUT riders uuid[], OUT are_public boolean[], OUT are_new boolean[], OUT reaches double precision[], OUT my_buckets integer[],
  OUT their_buckets integer[], OUT their_cells integer[], OUT computed presence_reaches[]
)
LANGUAGE plpgsql STABLE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  span CONSTANT integer := bucket_span(asking_no);
  searched_m double precision;
  near presence_reaches;
  spans record;
  merged integer;
  chosen record;
  met_numbers integer[];
BEGIN
  SELECT '{}'::integer[] AS numbers, '{}'::uuid[] AS riders, '{}'::boolean[] AS are_public, '{}'::boolean[] AS are_new, '{}'::integer[] AS nths,
    '{}'::bigint[] AS groups, 0 AS checked INTO chosen;
  FOREACH searched_m IN ARRAY reaches_m LOOP
    SELECT * INTO near FROM presence_reaches AS r
    WHERE r.journey_no = asking_no AND r.reach_m = searched_m AND r.presence_mark = asking_mark;
    IF NOT FOUND THEN
      near := journey_reach(asking_no, searched_m, asking_mark, span);
      computed := computed || near;
    END IF;
    IF buckets_apart IS NULL THEN
      SELECT array_agg(n.block), array_agg(-1), array_agg(n.cells) INTO near.blocks, near.buckets, near.cells
      FROM (SELECT u.block, bit_or(u.cells) AS cells FROM unnest(near.blocks, near.cells) AS u (block, cells) GROUP BY 1) AS n;
    END IF;
    merged := greatest(buckets_apart / 8, 1);
    SELECT array_agg(s.block) AS blocks, array_agg(s.first_bucket) AS first_buckets,
      array_agg(s.last_bucket) AS last_buckets, array_agg(s.cells) AS cells
    INTO spans
    FROM spans_within(near.blocks, near.buckets, near.cells, span, merged, buckets_apart) AS s;

    chosen := riders_within(
      spans.blocks, spans.first_buckets, spans.last_buckets, spans.cells, buckets_apart > 16 OR buckets_apart IS NULL,
      asking_owner, is_new_viewer, seed, max_encounters, max_new_riders, joined_by, since, max_shown,
      chosen.numbers, chosen.riders, chosen.are_public, chosen.are_new, chosen.nths, chosen.groups, chosen.checked);
    SELECT met_numbers || array_agg(m.n), reaches || array_agg(searched_m), my_buckets || array_agg(m.my_bucket),
      their_buckets || array_agg(m.their_bucket), their_cells || array_agg(m.their_cell)
    INTO met_numbers, reaches, my_buckets, their_buckets, their_cells
    FROM best_meetings(
      chosen.row_numbers, chosen.row_places, chosen.row_visits, near.blocks, near.buckets, near.cells, span,
      buckets_apart + merged - 1) AS m;
    EXIT WHEN chosen.is_done;
  END LOOP;

  SELECT array_agg(s.no ORDER BY s.reach_m, s.turn), array_agg(s.rider ORDER BY s.reach_m, s.turn),
    array_agg(s.is_public ORDER BY s.reach_m, s.turn), array_agg(s.is_new ORDER BY s.reach_m, s.turn), array_agg(s.reach_m ORDER BY s.reach_m, s.turn),
    array_agg(s.mine ORDER BY s.reach_m, s.turn), array_agg(s.theirs ORDER BY s.reach_m, s.turn),
    array_agg(s.cell ORDER BY s.reach_m, s.turn)
  INTO numbers, riders, are_public, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT chosen.numbers[u.n] AS no, chosen.riders[u.n] AS rider, chosen.are_public[u.n] AS is_public, chosen.are_new[u.n] AS is_new, u.reach_m, u.mine,
      u.theirs, u.cell, hashint8extended(chosen.numbers[u.n], seed) AS turn
    FROM unnest(met_numbers, reaches, my_buckets, their_buckets, their_cells) AS u (n, reach_m, mine, theirs, cell)
    -- The order of second and third journeys does not repeat the order of their riders, which would show whose they are.
    ORDER BY chosen.nths[u.n], u.reach_m, turn LIMIT max_encounters
  ) AS s;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION show_encounters(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, max_encounters integer,
  seed bigint, joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  max_shown integer, max_viewed integer, max_viewed_by_network integer
)
RETURNS TABLE (
  journey_id uuid, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer,
  journey_name text, rider_id uuid, rider_name text
)
LANGUAGE plpgsql VOLATILE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  asking_no integer;
  asking_mark bytea;
  numbers integer[];
  is_new_viewer boolean;
  riders uuid[];
  are_public boolean[];
  are_new boolean[];
  reaches double precision[];
  my_buckets integer[];
  their_buckets integer[];
  their_cells integer[];
  computed presence_reaches[];
BEGIN
  SELECT j.no, presence_mark(j.no), u.created_at > moment - interval '720 hours' INTO asking_no, asking_mark, is_new_viewer
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.takes_part AND u.created_at <= joined_by
    AND EXISTS (SELECT FROM presence AS p WHERE p.journey_no = j.no AND p.place & 32767 > 0);
  IF NOT FOUND OR NOT has_days(asking, moment) THEN
    RETURN;
  END IF;
  network := CASE WHEN is_new_viewer THEN network END;

  SELECT * INTO numbers, riders, are_public, are_new, reaches, my_buckets, their_buckets, their_cells, computed
  FROM encounters_of(
    asking_no, asking_mark, asking_owner, is_new_viewer, reaches_m, buckets_apart, max_encounters, seed,
    viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network), joined_by, since, max_shown);

  IF true = ANY (are_new) THEN
    PERFORM record_viewings(
      asking_owner, is_new_viewer, riders, are_public, are_new, joined_by, network, moment, since, max_shown, max_viewed, max_viewed_by_network);
    are_new := ARRAY(
      SELECT NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider AND v.is_public = s.is_public)
      FROM unnest(riders, are_public) WITH ORDINALITY AS s (rider, is_public, n) ORDER BY s.n);
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

  IF computed IS NOT NULL THEN
    PERFORM remember_reaches(computed);
  END IF;

  RETURN QUERY
  SELECT j.journey_id, s.reach, s.mine, s.theirs, s.cell, j.journey_name, j.rider_id, j.rider_name
  FROM unnest(numbers, are_new, reaches, my_buckets, their_buckets, their_cells)
    WITH ORDINALITY AS s (no, is_new, reach, mine, theirs, cell, n)
  CROSS JOIN LATERAL named_journey(s.no, asking_owner) AS j
  WHERE NOT s.is_new
  ORDER BY s.n;
END
$$;
