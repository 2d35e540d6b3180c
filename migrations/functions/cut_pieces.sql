-- The results of cut_line for several pieces of a line, which are in order and do not overlap. The line is halved again and
-- again, because each cut reads all points of what it cuts: a line of 250,000 points may have hundreds of pieces.
-- Reads nothing. Called by shown_line and src/features/tracks/day.repository.ts.
CREATE OR REPLACE FUNCTION cut_pieces(line geometry, from_m double precision[], to_m double precision[]) RETURNS geometry[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  pieces CONSTANT integer := coalesce(cardinality(from_m), 0);
  half CONSTANT integer := pieces / 2;
BEGIN
  IF pieces = 0 THEN
    RETURN '{}';
  ELSIF pieces = 1 THEN
    RETURN ARRAY[cut_line(line, from_m[1], to_m[1])];
  END IF;
  RETURN cut_pieces(
      ST_CollectionExtract(ST_LocateBetween(line, from_m[1], to_m[half]), 2), from_m[:half], to_m[:half])
    || cut_pieces(
      ST_CollectionExtract(ST_LocateBetween(line, from_m[half + 1], to_m[pieces]), 2), from_m[half + 1:], to_m[half + 1:]);
END
$$;
