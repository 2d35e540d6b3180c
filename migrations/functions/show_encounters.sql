-- Finds encounters, records who is shown to whom, and returns the recorded ones. A search without new riders locks no
-- rider. The cache of reaches is written last, because riders are locked before journeys.
-- The budget of a network binds only accounts younger than 30 days, and counts only what they see. They share a quarter
-- of the budget of each rider whom they see.
-- Returns nothing to a rider who may not search, or for a journey without days. A ridden journey loses its days before
-- its presence is refreshed at night.
-- Reads through encounters_of and named_journey; writes viewings, disclosures and presence_reaches. Called by the one
-- statement of a search (src/features/discovery/encounter.repository.ts), so that PL/pgSQL caches all its plans.
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
