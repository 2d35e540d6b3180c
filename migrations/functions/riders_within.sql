-- Chooses the journeys to show among those near mine in the given spans, in addition to `numbers` of nearer reaches: it
-- stops at `max_riders` riders, or after a thousand candidates, so that a crowd that may not be shown costs no more. A
-- viewer whose budget for new riders is smaller than that is first shown journeys that were shown before, and then new
-- riders up to the budget.
-- `nths` says whether a journey is the first, second or third of its rider. `row_numbers`, `row_places` and `row_visits`
-- are the rows of presence of the added journeys, by their number in the list.
-- Reads presence, journeys and whether riders may be shown. Called by encounters_of. Its steps are inlined, so that the
-- loop checks only as many candidates as it needs.
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
