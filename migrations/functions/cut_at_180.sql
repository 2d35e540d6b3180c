-- A line as it leaves Kairos: cut where it crosses the antimeridian, with longitudes from -180 to 180 (RFC 7946 section 3.1.9).
-- Two points in a row are joined by the shorter way. A line that is less than half the globe wide, with such longitudes, is
-- answered as it is. Others have elevations and no measures.
-- Reads nothing. Called by src/features/tracks/track.repository.ts. In PL/pgSQL, which keeps the plan.
CREATE OR REPLACE FUNCTION cut_at_180(line geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF (ST_XMax(line) > 180 OR ST_XMax(line) - ST_XMin(line) > 180) IS NOT TRUE THEN
    RETURN line;
  END IF;
  RETURN (
    WITH points AS (
      SELECT p.part, d.path[1] AS n, d.geom, ST_X(d.geom) AS x, lag(ST_X(d.geom)) OVER w AS x_before
      FROM (
        -- This moves longitudes from 180 to 360 back.
        SELECT d.path AS part, ST_Force3DZ(CASE WHEN ST_XMax(d.geom) > 180 THEN ST_ShiftLongitude(d.geom) ELSE d.geom END) AS line
        FROM ST_Dump(line) AS d
      ) AS p CROSS JOIN LATERAL ST_DumpPoints(p.line) AS d
      WINDOW w AS (PARTITION BY p.part ORDER BY d.path)
    ),
    -- A point on the antimeridian lies on the side of the point before it.
    sided AS (
      SELECT p.part, p.n, CASE WHEN abs(p.x) = 180 AND p.x * p.x_before < 0
        THEN ST_SetSRID(ST_MakePoint(-p.x, ST_Y(p.geom), ST_Z(p.geom)), ST_SRID(p.geom)) ELSE p.geom END AS geom
      FROM points AS p
    ),
    steps AS (
      SELECT s.*, lag(s.geom) OVER (PARTITION BY s.part ORDER BY s.n) AS before FROM sided AS s
    ),
    runs AS (
      SELECT s.*, count(*) FILTER (WHERE abs(ST_X(s.geom) - ST_X(s.before)) > 180) OVER (PARTITION BY s.part ORDER BY s.n) AS run
      FROM steps AS s
    ),
    cuts AS (
      SELECT r.part, r.n, r.run, sign(ST_X(r.geom)) * 180 AS x, c.share,
        ST_Y(r.before) + c.share * (ST_Y(r.geom) - ST_Y(r.before)) AS y,
        ST_Z(r.before) + c.share * (ST_Z(r.geom) - ST_Z(r.before)) AS z, ST_SRID(r.geom) AS srid
      FROM runs AS r
      CROSS JOIN LATERAL (
        SELECT coalesce((180 - abs(ST_X(r.before))) / nullif(360 - abs(ST_X(r.before)) - abs(ST_X(r.geom)), 0), 1) AS share
      ) AS c
      WHERE abs(ST_X(r.geom) - ST_X(r.before)) > 180
    ),
    vertices AS (
      SELECT r.part, r.run, r.n::double precision AS n, r.geom FROM runs AS r
      UNION ALL
      SELECT c.part, c.run - 1, c.n, ST_SetSRID(ST_MakePoint(-c.x, c.y, c.z), c.srid) FROM cuts AS c WHERE c.share > 0
      UNION ALL
      SELECT c.part, c.run, c.n - 0.5, ST_SetSRID(ST_MakePoint(c.x, c.y, c.z), c.srid) FROM cuts AS c WHERE c.share < 1
    )
    SELECT ST_Collect(p.piece ORDER BY p.part, p.run)
    FROM (
      SELECT v.part, v.run, ST_MakeLine(v.geom ORDER BY v.n) AS piece FROM vertices AS v
      GROUP BY v.part, v.run HAVING count(*) > 1
    ) AS p
  );
END
$$;
