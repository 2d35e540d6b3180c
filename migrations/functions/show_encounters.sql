-- Finds encounters, records who is shown to whom, and returns the recorded ones. Searches that find new riders take
-- turns: they lock network, viewer and new riders in one order and count again, so that parallel searches do not exceed
-- a budget. Each statement of a volatile function sees what was committed before it. A search without new riders locks
-- no rider. The cache of reaches is written last, because riders are locked before journeys.
-- The budget of a network binds only accounts younger than 30 days, and counts only what they see.
-- Returns nothing to a rider who may not search, or for a journey without days. A ridden journey loses its days before
-- its presence is refreshed at night.
-- Reads through encounters_of; writes viewings, disclosures and presence_reaches. Called by the one statement of a
-- search (src/features/discovery/encounter.repository.ts).
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
  SELECT j.no, CASE WHEN u.created_at > moment - interval '720 hours' THEN network END INTO asking_no, network
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
      AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = s.rider AND b.blocked_id = asking_owner OFFSET 0)
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
