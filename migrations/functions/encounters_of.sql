-- Finds the best meeting with each other journey, up to `max_encounters`, at most three with the journeys of a rider.
-- Every rider has the same chance, however many journeys they have: first the search takes one journey of each rider, in
-- the nearest reach first, and only then second and third ones. `seed` decides the order within a reach. The result is
-- sorted by reach, then in an order that says nothing about riders. The best meeting is the one with the fewest buckets
-- between the two riders, then the earliest. Without `buckets_apart` the days do not matter, and my buckets are -1.
-- It finds riders whom the viewer has already seen, and at most `max_new_riders` new ones, each shown to fewer than
-- `max_shown` viewers after `since` (may_be_shown). A rider counts once by name and once without. If `max_new_riders` is 0, it finds only journeys that were shown before.
-- `computed` has the reaches that were not stored, for remember_reaches.
-- Reads presence, presence_reaches and whether journeys and riders may be shown. Writes nothing. Called by
-- show_encounters.
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
