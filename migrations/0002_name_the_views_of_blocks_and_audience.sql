ALTER TABLE "presence_reaches" RENAME COLUMN "made_of" TO "presence_mark";
--> statement-breakpoint
DROP VIEW silences;
--> statement-breakpoint
DROP FUNCTION shown_in_touch_with(journeys,uuid);
--> statement-breakpoint
DROP FUNCTION there_for_others(journeys);
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND journey.status <> 'completed'
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE VIEW blocked_pairs AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, is_any_day boolean)
RETURNS TABLE (blocks integer[], buckets integer[], cells bigint[])
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  SELECT r.blocks, r.buckets, r.cells INTO blocks, buckets, cells FROM presence_reaches AS r
  WHERE r.journey_no = journey AND r.reach_m = journey_reach.reach_m AND r.presence_mark = mark;
  IF NOT FOUND THEN
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO blocks, buckets, cells
    FROM (
      SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
      FROM (
        SELECT DISTINCT v.cell, CASE WHEN is_any_day THEN -1 ELSE v.bucket END AS bucket
        FROM presence AS p, presence_visits(p.place, p.visits) AS v
        WHERE p.journey_no = journey
      ) AS v
    ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  END IF;
  IF is_any_day THEN
    SELECT array_agg(n.block), array_agg(-1), array_agg(n.cells) INTO blocks, buckets, cells
    FROM (
      SELECT u.block, bit_or(u.cells) AS cells FROM unnest(blocks, cells) AS u (block, cells) GROUP BY 1
    ) AS n;
  END IF;
  RETURN NEXT;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(candidate integer, viewer uuid, since timestamptz, max_shown integer)
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
    AND u.is_on_show
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = j.owner_id OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_exactly_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey) AND (
    EXISTS (
      SELECT FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.requester_exact AND c.addressee_id = viewer AND c.state = 'accepted')
    OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.addressee_exact AND c.requester_id = viewer AND c.state = 'accepted')
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to_connection(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey)
    AND EXISTS (
      SELECT FROM connections AS c
      WHERE least(c.requester_id, c.addressee_id) = least(viewer, journey.owner_id)
        AND greatest(c.requester_id, c.addressee_id) = greatest(viewer, journey.owner_id)
        AND c.state = 'accepted')
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = journey.owner_id);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION remember_reaches(journey integer, reaches_m double precision[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept_m CONSTANT double precision[] := ARRAY(
    SELECT m FROM unnest(reaches_m) AS m WHERE m IN (25000, 50000, 100000, 200000, 500000));
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM presence AS p WHERE p.journey_no = journey LIMIT 1001) AS own) > 1000 THEN
    RETURN;
  END IF;
  IF cardinality(kept_m) = (
    SELECT count(*) FROM presence_reaches AS r
    WHERE r.journey_no = journey AND r.reach_m = ANY (kept_m) AND r.presence_mark = (SELECT presence_mark(journey))
  ) THEN
    RETURN;
  END IF;
  PERFORM FROM journeys AS j WHERE j.no = journey FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- This is a statement of its own, so that it reads what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, presence_mark, blocks, buckets, cells)
  SELECT journey, m, p.mark, o.blocks, o.buckets, o.cells
  FROM presence_mark(journey) AS p (mark), unnest(kept_m) AS m, journey_reach(journey, m, p.mark, false) AS o
  WHERE p.mark IS NOT NULL
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET presence_mark = excluded.presence_mark, blocks = excluded.blocks, buckets = excluded.buckets,
    cells = excluded.cells
  WHERE r.presence_mark <> excluded.presence_mark;
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
      journey.visibility = 'public' AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show)
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

  max_new_riders := viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network);
  SELECT array_agg(e.journey_no), array_agg(e.rider_id), array_agg(e.is_new),
    array_agg(e.reach_m), array_agg(e.my_bucket), array_agg(e.their_bucket), array_agg(e.their_cell)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT *
    FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, max_encounters, max_new_riders, since, max_shown)
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
    JOIN users AS u ON u.id = s.rider AND u.is_on_show
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
