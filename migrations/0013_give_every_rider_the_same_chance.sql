DROP FUNCTION show_encounters(uuid,uuid,double precision[],integer,integer,timestamp with time zone,bytea,timestamp with time zone,timestamp with time zone,integer,integer,integer);
--> statement-breakpoint
DROP FUNCTION encounters_of(uuid,uuid,double precision[],integer,integer,integer,timestamp with time zone,timestamp with time zone,integer);
--> statement-breakpoint
DROP FUNCTION remember_reaches(integer,double precision[]);
--> statement-breakpoint
DROP FUNCTION journey_reach(integer,double precision,bytea,boolean);
--> statement-breakpoint
DROP FUNCTION near_journeys(integer[],bigint[],integer[],bigint[],integer,integer,integer);
--> statement-breakpoint
DROP FUNCTION may_be_shown(integer,uuid,timestamp with time zone,timestamp with time zone,integer);
--> statement-breakpoint
DROP FUNCTION best_meetings(integer[],integer[],integer[],bigint[],integer);
--> statement-breakpoint
DROP FUNCTION places_within(integer[],integer[],bigint[],integer);
--> statement-breakpoint
CREATE INDEX "presence_part_idx" ON "presence" USING btree (("place" >> 15),("journey_no" >> 26),"place") INCLUDE ("journey_no", "visits");
--> statement-breakpoint
-- Searches read presence from its indexes alone, but only where a vacuum has marked the pages as visible to all.
ALTER TABLE "presence" SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION best_meetings(
  numbers integer[], places integer[], visits bigint[],
  near_blocks integer[], near_buckets integer[], near_cells bigint[], span integer, buckets_apart integer
)
RETURNS TABLE (n integer, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE sql STABLE AS $$
  SELECT m.n, m.mine, m.theirs,
    (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (f.bit & 7)
  FROM (
    SELECT DISTINCT ON (p.n) p.n, x.mine, t.bucket AS theirs, p.place, t.cells & near.cells AS cells
    FROM unnest(numbers, places, visits) AS p (n, place, visits)
    CROSS JOIN LATERAL (
      SELECT ((p.place & 32767) - 1) * 2 + half AS bucket, (p.visits >> (32 * half)) & 4294967295 AS cells
      FROM generate_series(0, 1) AS half
    ) AS t
    JOIN unnest(near_blocks, near_buckets, near_cells) AS near (block, bucket, cells)
      ON near.block = p.place >> 15 AND t.cells & near.cells <> 0
    CROSS JOIN LATERAL (
      SELECT CASE WHEN buckets_apart IS NULL THEN -1
        ELSE least(greatest(t.bucket, near.bucket), near.bucket + span - 1) END AS mine
    ) AS x
    WHERE buckets_apart IS NULL
      OR (t.bucket >= 0 AND near.bucket >= 0 AND abs(t.bucket - x.mine) <= buckets_apart)
    ORDER BY p.n, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - x.mine) END, x.mine, t.bucket, p.place
  ) AS m
  CROSS JOIN LATERAL (SELECT round(ln((m.cells & -m.cells)::float8) / ln(2))::integer AS bit OFFSET 0) AS f
  JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (f.bit >> 3)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION bucket_span(journey integer) RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT (max(p.place & 32767) - min(p.place & 32767)) / 32 + 1
    FROM presence AS p WHERE p.journey_no = journey AND p.place & 32767 > 0
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION known_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.group_key, row_number() OVER of_group AS nth,
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
      SELECT j.owner_id, uuid_hash_extended(j.owner_id, (j.visibility = 'public')::integer) AS group_key FROM journeys AS j
      WHERE j.no = n.no AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over OFFSET 0
    ) AS o
    WINDOW of_group AS (PARTITION BY o.group_key ORDER BY hashint8extended(n.no, seed))
  ) AS r
  WHERE r.nth <= 3
  ORDER BY r.nth, r.turn OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate uuid, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT k.is_known
  FROM users AS u
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = u.id) AS is_known
    OFFSET 0
  ) AS k
  WHERE u.id = candidate AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = u.id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = u.id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION near_journeys(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[],
  first_part integer, last_part integer
)
RETURNS TABLE (no integer, places integer[], visits bigint[])
LANGUAGE sql STABLE AS $$
  SELECT p.journey_no, array_agg(p.place), array_agg(p.visits)
  FROM (
    SELECT u.block, (u.block << 15) | ((u.first_bucket >> 1) + 1) AS first_place,
      (u.block << 15) | ((u.last_bucket >> 1) + 1) AS last_place, (u.cells << 32) | u.cells AS visits,
      CASE WHEN u.first_bucket & 1 = 1 THEN u.cells << 32 ELSE (u.cells << 32) | u.cells END AS first_visits,
      CASE WHEN u.last_bucket & 1 = 0 THEN u.cells ELSE (u.cells << 32) | u.cells END AS last_visits
    FROM unnest(blocks, first_buckets, last_buckets, cells) AS u (block, first_bucket, last_bucket, cells)
  ) AS s
  CROSS JOIN LATERAL (
    SELECT o.journey_no, o.place, o.visits
    FROM generate_series(first_part, last_part) AS part
    CROSS JOIN LATERAL (
      SELECT r.journey_no, r.place, r.visits FROM presence AS r
      WHERE r.place >> 15 = s.block AND r.journey_no >> 26 = part AND r.place BETWEEN s.first_place AND s.last_place
      OFFSET 0
    ) AS o
    WHERE last_part - first_part < 31
    UNION ALL
    SELECT r.journey_no, r.place, r.visits FROM presence AS r
    WHERE r.place BETWEEN s.first_place AND s.last_place AND last_part - first_part = 31
    OFFSET 0
  ) AS p
  WHERE p.visits
    & CASE p.place WHEN s.first_place THEN s.first_visits WHEN s.last_place THEN s.last_visits ELSE s.visits END <> 0
  GROUP BY 1
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION next_parts(
  searched integer, own_part integer, found_here integer, missing integer, seen integer, max_candidates integer,
  found_nearer integer, span_count integer, is_wide boolean,
  OUT first_part integer, OUT last_part integer, OUT searched_then integer
)
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  wanted CONSTANT integer := least(
    CASE
      WHEN searched > 0 AND found_here > 0 THEN ceil(1.5 * missing * searched / found_here)
      WHEN searched > 0 THEN 32
      WHEN found_nearer > 0 THEN ceil(1.5 * missing * 32 / found_nearer)
      WHEN is_wide OR span_count > 500 THEN 1
      ELSE 2
    END,
    CASE WHEN seen > 0 THEN ceil(1.0 * max_candidates * searched / seen) END);
BEGIN
  IF (wanted > 15
    OR CASE WHEN searched > 0 THEN span_count + 64.0 * seen / searched < wanted * (span_count + 2.0 * seen / searched)
      ELSE wanted > 2 AND wanted * wanted * span_count > 5000 END)
  THEN
    first_part := 0;
    last_part := 31;
    searched_then := 32;
  ELSE
    first_part := (own_part + searched) & 31;
    last_part := least(31, first_part + least(wanted, 32 - searched) - 1);
    searched_then := searched + last_part - first_part + 1;
  END IF;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION spans_within(
  near_blocks integer[], near_buckets integer[], near_cells bigint[], span integer, merged integer, buckets_apart integer
)
RETURNS TABLE (block integer, first_bucket integer, last_bucket integer, cells bigint)
LANGUAGE sql STABLE AS $$
  SELECT n.block, greatest(min(n.bucket) - buckets_apart, 0), max(n.bucket) + span - 1 + buckets_apart, bit_or(n.cells)
  FROM (
    SELECT u.block, u.bucket, u.cells, u.bucket - min(u.bucket) OVER (PARTITION BY u.block) AS since_first
    FROM unnest(near_blocks, near_buckets, near_cells) AS u (block, bucket, cells)
    WHERE u.bucket >= 0
  ) AS n
  WHERE buckets_apart IS NOT NULL
  GROUP BY n.block, n.since_first / merged
  UNION ALL
  SELECT u.block, -1, 65533, u.cells
  FROM unnest(near_blocks, near_cells) AS u (block, cells)
  WHERE buckets_apart IS NULL
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION viewings_left(
  viewer uuid, network bytea, since timestamptz, max_viewed integer, max_viewed_by_network integer
)
RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN greatest(0, least(
    max_viewed - (SELECT count(*) FROM viewings AS v WHERE v.viewer_id = viewer AND v.at > since),
    CASE WHEN network IS NOT NULL
      THEN max_viewed_by_network - (SELECT count(*) FROM viewings AS v WHERE v.network_hash = network AND v.at > since) END
  ));
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION candidates_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], first_part integer, last_part integer,
  viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.group_key, row_number() OVER of_group AS nth,
      hashint8extended(first_value(n.no) OVER of_group, ~seed) AS turn
    FROM near_journeys(blocks, first_buckets, last_buckets, cells, first_part, last_part) AS n
    CROSS JOIN LATERAL (
      SELECT j.owner_id, uuid_hash_extended(j.owner_id, (j.visibility = 'public')::integer) AS group_key FROM journeys AS j
      WHERE j.no = n.no AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over OFFSET 0
    ) AS o
    WINDOW of_group AS (PARTITION BY o.group_key ORDER BY hashint8extended(n.no, seed))
  ) AS r
  WHERE r.nth <= 3
  ORDER BY r.nth, r.turn OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, span integer)
RETURNS presence_reaches
LANGUAGE plpgsql STABLE AS $$
DECLARE
  result presence_reaches;
BEGIN
  SELECT journey, journey_reach.reach_m, mark, array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO result
  FROM (
    SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
    FROM (
      SELECT DISTINCT v.cell, CASE WHEN v.bucket < 0 THEN -1 ELSE v.bucket - v.bucket % span END AS bucket
      FROM presence AS p, presence_visits(p.place, p.visits) AS v
      WHERE p.journey_no = journey
    ) AS v
  ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  RETURN result;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION named_journey(journey integer, viewer uuid)
RETURNS TABLE (journey_id uuid, journey_name text, rider_id uuid, rider_name text)
LANGUAGE sql STABLE AS $$
  SELECT j.id, CASE WHEN k.is_named THEN j.name END, CASE WHEN k.is_named THEN j.owner_id END,
    CASE WHEN k.is_named THEN (SELECT u.name FROM users AS u WHERE u.id = j.owner_id) END
  FROM journeys AS j
  CROSS JOIN LATERAL (
    SELECT j.visibility = 'public' OR EXISTS (
      SELECT FROM connections AS c
      WHERE least(c.requester_id, c.addressee_id) = least(viewer, j.owner_id)
        AND greatest(c.requester_id, c.addressee_id) = greatest(viewer, j.owner_id) AND c.state = 'accepted' OFFSET 0
    ) AS is_named
    OFFSET 0
  ) AS k
  WHERE j.no = journey AND NOT (k.is_named AND EXISTS (
    SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = j.owner_id OFFSET 0))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION next_journey_no_of(owner uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  own_part CONSTANT integer := uuid_hash_extended(owner, 0) & 31;
  number integer;
BEGIN
  LOOP
    number := next_journey_no();
    EXIT WHEN number >> 26 = own_part;
  END LOOP;
  RETURN number;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_viewings(
  viewer uuid, new_riders uuid[], joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  max_shown integer, max_viewed integer, max_viewed_by_network integer
)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  max_new_riders integer;
BEGIN
  IF network IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
  END IF;
  PERFORM FROM users AS u WHERE u.id = ANY (new_riders || viewer) ORDER BY u.id FOR NO KEY UPDATE;
  max_new_riders := viewings_left(viewer, network, since, max_viewed, max_viewed_by_network);
  INSERT INTO viewings (viewer_id, shown_id, network_hash, at)
  SELECT viewer, s.rider, network, moment
  FROM unnest(new_riders) WITH ORDINALITY AS s (rider, n)
  JOIN users AS u ON u.id = s.rider AND u.takes_part AND u.created_at <= joined_by
  WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = viewer AND v.shown_id = s.rider)
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = s.rider AND b.blocked_id = viewer OFFSET 0)
    AND max_shown > (SELECT count(*) FROM viewings AS v WHERE v.shown_id = s.rider AND v.at > since)
  ORDER BY s.n LIMIT max_new_riders;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION remember_reaches(computed presence_reaches[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM journeys AS j WHERE j.no = computed[1].journey_no FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- This is a statement of its own, so that it reads what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, presence_mark, blocks, buckets, cells)
  SELECT c.journey_no, c.reach_m, c.presence_mark, c.blocks, c.buckets, c.cells
  FROM unnest(computed) AS c
  WHERE c.reach_m IN (25000, 50000, 100000, 200000, 500000) AND c.presence_mark = (SELECT presence_mark(c.journey_no))
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET presence_mark = excluded.presence_mark, blocks = excluded.blocks, buckets = excluded.buckets,
    cells = excluded.cells
  WHERE r.presence_mark <> excluded.presence_mark;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION has_days(journey uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.kind = 'past')
    OR EXISTS (SELECT FROM markers AS m WHERE m.journey_id = journey AND m.marker_type = 'past') THEN
    RETURN EXISTS (SELECT FROM journey_visits(journey, moment) AS v WHERE v.visited_at IS NOT NULL);
  END IF;
  RETURN true;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION riders_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], is_wide boolean,
  viewer uuid, seed bigint, max_riders integer, max_new_riders integer, joined_by timestamptz, since timestamptz,
  max_shown integer, INOUT numbers integer[], INOUT riders uuid[], INOUT are_new boolean[], INOUT nths integer[],
  INOUT groups bigint[], INOUT checked integer, OUT row_numbers integer[], OUT row_places integer[], OUT row_visits bigint[], OUT is_done boolean
)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  max_checked CONSTANT integer := 1000;
  found_nearer CONSTANT integer := cardinality(array_positions(nths, 1));
  first_riders integer := found_nearer;
  found_before integer := found_nearer;
  new_riders integer := (SELECT count(DISTINCT u.rider) FROM unnest(riders, are_new) AS u (rider, is_new) WHERE u.is_new);
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
        SELECT c.no, c.rider, c.places, c.visits, c.group_key, c.total, NOT shown.is_known AS is_new
        FROM known_within(blocks, first_buckets, last_buckets, cells, viewer, seed) AS c
        LEFT JOIN LATERAL may_be_shown(c.rider, viewer, joined_by, since, max_shown) AS shown ON true
        WHERE c.no <> ALL (numbers)
        ORDER BY c.nth, c.turn;
    ELSE
      SELECT p.first_part, p.last_part, p.searched_then INTO first_part, last_part, searched_parts
      FROM next_parts(searched_parts, (seed & 31)::integer, first_riders - found_before, max_riders - first_riders, seen,
        max_checked - checked, found_nearer, cardinality(blocks), is_wide) AS p;
      OPEN candidates NO SCROLL FOR
        SELECT c.no, c.rider, c.places, c.visits, c.group_key, c.total, NOT shown.is_known AS is_new
        FROM candidates_within(blocks, first_buckets, last_buckets, cells, first_part, last_part, viewer, seed) AS c
        LEFT JOIN LATERAL may_be_shown(c.rider, viewer, joined_by, since, max_shown) AS shown ON true
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
      IF candidate.is_new AND candidate.rider <> ALL (riders) THEN
        CONTINUE WHEN new_riders >= max_new_riders;
        new_riders := new_riders + 1;
      END IF;
      IF nth = 1 THEN
        first_riders := first_riders + 1;
      END IF;
      numbers := numbers || candidate.no;
      riders := riders || candidate.rider;
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
  asking_no integer, asking_mark bytea, asking_owner uuid, reaches_m double precision[], buckets_apart integer,
  max_encounters integer, seed bigint, max_new_riders integer, joined_by timestamptz, since timestamptz, max_shown integer,
  OUT numbers integer[], OUT riders uuid[], OUT are_new boolean[], OUT reaches double precision[], OUT my_buckets integer[],
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
  SELECT '{}'::integer[] AS numbers, '{}'::uuid[] AS riders, '{}'::boolean[] AS are_new, '{}'::integer[] AS nths,
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
      asking_owner, seed, max_encounters, max_new_riders, joined_by, since, max_shown,
      chosen.numbers, chosen.riders, chosen.are_new, chosen.nths, chosen.groups, chosen.checked);
    SELECT met_numbers || array_agg(m.n), reaches || array_agg(searched_m), my_buckets || array_agg(m.my_bucket),
      their_buckets || array_agg(m.their_bucket), their_cells || array_agg(m.their_cell)
    INTO met_numbers, reaches, my_buckets, their_buckets, their_cells
    FROM best_meetings(
      chosen.row_numbers, chosen.row_places, chosen.row_visits, near.blocks, near.buckets, near.cells, span,
      buckets_apart + merged - 1) AS m;
    EXIT WHEN chosen.is_done;
  END LOOP;

  SELECT array_agg(s.no ORDER BY s.reach_m, s.turn), array_agg(s.rider ORDER BY s.reach_m, s.turn),
    array_agg(s.is_new ORDER BY s.reach_m, s.turn), array_agg(s.reach_m ORDER BY s.reach_m, s.turn),
    array_agg(s.mine ORDER BY s.reach_m, s.turn), array_agg(s.theirs ORDER BY s.reach_m, s.turn),
    array_agg(s.cell ORDER BY s.reach_m, s.turn)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT chosen.numbers[u.n] AS no, chosen.riders[u.n] AS rider, chosen.are_new[u.n] AS is_new, u.reach_m, u.mine,
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
  riders uuid[];
  are_new boolean[];
  reaches double precision[];
  my_buckets integer[];
  their_buckets integer[];
  their_cells integer[];
  computed presence_reaches[];
BEGIN
  SELECT j.no, presence_mark(j.no), CASE WHEN u.created_at > moment - interval '720 hours' THEN network END
  INTO asking_no, asking_mark, network
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.takes_part AND u.created_at <= joined_by
    AND EXISTS (SELECT FROM presence AS p WHERE p.journey_no = j.no AND p.place & 32767 > 0);
  IF NOT FOUND OR NOT has_days(asking, moment) THEN
    RETURN;
  END IF;

  SELECT * INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells, computed
  FROM encounters_of(
    asking_no, asking_mark, asking_owner, reaches_m, buckets_apart, max_encounters, seed,
    viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network), joined_by, since, max_shown);

  IF true = ANY (are_new) THEN
    PERFORM record_viewings(
      asking_owner,
      ARRAY(
        SELECT s.rider FROM unnest(riders, are_new) WITH ORDINALITY AS s (rider, is_new, n)
        WHERE s.is_new GROUP BY 1 ORDER BY min(s.n)),
      joined_by, network, moment, since, max_shown, max_viewed, max_viewed_by_network);
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
