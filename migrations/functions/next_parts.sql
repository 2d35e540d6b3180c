-- The parts of the riders that a search looks at next, of the ring of 32: `first_part` to `last_part`, and how many it has
-- searched after them. It begins with its own part and the next, or with one where the window is wide or there are many
-- spans, and goes on with as many as are likely to hold the `missing` riders by the `found_here` ones, and at most
-- `max_candidates` by the `seen` ones. What nearer reaches have found among all riders tells how many it begins with in
-- the next reach. Each part takes a lookup of each span, and all parts together take one, but read all rows: it takes what
-- costs less.
-- Reads its arguments alone. Called by riders_within.
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
