-- A line as others see it, before anything is cut off. The parts of a plan that are at most 500 m apart become one, because
-- planners write a part for each day. A ridden line stays as it is, because its times belong to its parts.
-- Reads nothing. Called by publish_journey and shown_line.
CREATE OR REPLACE FUNCTION joined_line(track tracks) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF track.kind <> 'plan' OR ST_NumGeometries(track.line) = 1 THEN
    RETURN track.line;
  END IF;
  RETURN (
    SELECT ST_Collect(joined.line ORDER BY joined.n)
    FROM (
      SELECT min(p.n) AS n, ST_MakeLine(p.geom ORDER BY p.n) AS line
      FROM (
        SELECT g.n, g.geom, count(*) FILTER (WHERE g.gap_m > 500) OVER (ORDER BY g.n) AS run
        FROM (
          SELECT d.path[1] AS n, d.geom,
            ST_DistanceSphere(ST_EndPoint(lag(d.geom) OVER w), ST_StartPoint(d.geom)) AS gap_m
          FROM ST_Dump(track.line) AS d WINDOW w AS (ORDER BY d.path)
        ) AS g
      ) AS p
      GROUP BY p.run
    ) AS joined
  );
END
$$;
