-- All published lines of a journey of one kind as one line with one length, because the lines of a file are often days. Lines
-- of a plan that join are one part of it, unless a privacy zone hides the place where they do. `id` says nothing of when
-- the lines were made. Returns no row where nothing is shown.
-- Reads the journey's tracks. Called by src/features/tracks/track.repository.ts. PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION shown_lines(journey uuid, wanted_kind text, latest timestamptz, is_exact boolean)
RETURNS TABLE (id uuid, line geometry, has_elevation boolean, distance_m double precision)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH shown AS MATERIALIZED (
    SELECT t.ordinal, t.has_elevation, s.line, CASE WHEN t.kind = 'plan' THEN t.published_m ELSE s.distance_m END AS distance_m,
      t.joins_before AND t.shown_from_m[1] = 0 AS begins_at_join,
      -- The length of a line is rounded to millimetres.
      t.joins_after AND t.shown_to_m[cardinality(t.shown_to_m)] >= t.distance_m - 0.001 AS ends_at_join
    FROM tracks AS t CROSS JOIN LATERAL shown_line(t.id, latest, is_exact) AS s
    WHERE t.journey_id = journey AND t.kind = wanted_kind AND NOT ST_IsEmpty(s.line)
  ),
  parts AS (
    SELECT row_number() OVER w AS n, d.geom,
      s.begins_at_join AND d.path[1] = 1 AND lag(s.ends_at_join) OVER w
        AND abs(ST_X(ST_StartPoint(d.geom)) - lag(ST_X(ST_EndPoint(d.geom))) OVER w) < 180 AS is_joined
    FROM shown AS s CROSS JOIN LATERAL ST_Dump(s.line) AS d WINDOW w AS (ORDER BY s.ordinal, d.path)
  ),
  runs AS (
    SELECT p.n, p.geom, count(*) FILTER (WHERE p.is_joined IS NOT TRUE) OVER (ORDER BY p.n) AS run FROM parts AS p
  )
  SELECT overlay(overlay(md5(journey || wanted_kind) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid,
    (SELECT ST_Collect(j.line ORDER BY j.n)
      FROM (SELECT min(r.n) AS n, ST_MakeLine(r.geom ORDER BY r.n) AS line FROM runs AS r GROUP BY r.run) AS j),
    bool_and(s.has_elevation), sum(s.distance_m)
  FROM shown AS s HAVING count(*) > 0;
END
$$;
