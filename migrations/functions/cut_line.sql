-- The parts of a line between two measures, in order; null where there are none. A part that only touches one of the
-- measures is left out, also where the recorder stood still and it has several points: it lies behind a gap, and may lie
-- in a privacy zone.
-- Reads nothing. Called by cut_pieces. In PL/pgSQL, which keeps the plan.
CREATE OR REPLACE FUNCTION cut_line(line geometry, from_m double precision, to_m double precision) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (
    SELECT ST_Collect(part.geom ORDER BY part.path)
    FROM ST_Dump(ST_CollectionExtract(ST_LocateBetween(line, from_m, to_m), 2)) AS part
    WHERE ST_M(ST_StartPoint(part.geom)) < ST_M(ST_EndPoint(part.geom))
  );
END
$$;
