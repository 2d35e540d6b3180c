-- Finds the best meeting with each other journey, in the nearest reach first, up to `max_encounters`. The best meeting
-- is the one with the fewest buckets between the two riders, then the earliest. Without `buckets_apart` the days do not
-- matter, and my buckets are -1.
-- Within a reach the order is random, but always the same for the same asking journey.
-- It finds riders whom the viewer has already seen, and at most `max_new_riders` new ones, each shown to fewer than
-- `max_shown` viewers after `since`. If `max_new_riders` is 0, it finds only journeys that were shown before. It finds at most three journeys of a rider, so that one rider cannot fill the
-- list.
-- Reads presence of other journeys, and whether they may be shown. Writes nothing. Called by show_encounters.
-- near_journeys and may_be_shown are inlined, so that the loop reads only as many candidates as it needs.
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
