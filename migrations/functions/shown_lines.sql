-- All published lines of a journey of one kind as one line with one length, because the lines of a file are often days. Lines
-- of a plan that join are one part of it, unless a privacy zone hides the place where they do. `id` says nothing of when
-- the lines were made. Returns no row where nothing is shown.
-- Reads the journey's tracks. Called by src/features/tracks/track.repository.ts. PL/pgSQL caches the plan. Only lines that join
-- are taken apart, because that reads all their points.
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
      t.joins_after AND t.shown_to_m[cardinality(t.shown_to_m)] >= t.distance_m - 0.001 AS ends_at_join,
      t.ends, ST_XMax(s.line) > 180 AS is_shifted
    FROM tracks AS t CROSS JOIN LATERAL shown_line(t.id, latest, is_exact) AS s
    WHERE t.journey_id = journey AND t.kind = wanted_kind AND NOT ST_IsEmpty(s.line)
  ),
  joins AS MATERIALIZED (
    -- Lines on both sides of the antimeridian stay apart.
    SELECT s.*, s.begins_at_join AND lag(s.ends_at_join) OVER w AND s.is_shifted = lag(s.is_shifted) OVER w
      AND abs(s.ends[1] - lag(s.ends[3]) OVER w) < 180 AS is_joined
    FROM shown AS s WINDOW w AS (ORDER BY s.ordinal)
  ),
  chains AS MATERIALIZED (
    SELECT j.ordinal, j.line, j.is_joined IS TRUE AS is_joined, count(*) OVER (PARTITION BY j.chain) AS links
    FROM (SELECT j.*, count(*) FILTER (WHERE j.is_joined IS NOT TRUE) OVER (ORDER BY j.ordinal) AS chain FROM joins AS j) AS j
  ),
  runs AS (
    SELECT p.ordinal, p.geom, p.path, count(*) FILTER (WHERE NOT p.is_joined) OVER (ORDER BY p.ordinal, p.path) AS run
    FROM (
      SELECT c.ordinal, d.geom, d.path, c.is_joined AND d.path[1] = 1 AS is_joined
      FROM chains AS c CROSS JOIN LATERAL ST_Dump(c.line) AS d WHERE c.links > 1
    ) AS p
  ),
  lines AS (
    SELECT c.ordinal, NULL::integer[] AS path, c.line FROM chains AS c WHERE c.links = 1
    UNION ALL
    SELECT min(r.ordinal), min(r.path), ST_MakeLine(r.geom ORDER BY r.ordinal, r.path) FROM runs AS r GROUP BY r.run
  )
  SELECT overlay(overlay(md5(journey || wanted_kind) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid,
    (SELECT CASE count(*) WHEN 1 THEN (array_agg(l.line))[1] ELSE ST_CollectionExtract(ST_Collect(l.line ORDER BY l.ordinal, l.path), 2) END
      FROM lines AS l),
    bool_and(s.has_elevation), sum(s.distance_m)
  FROM shown AS s HAVING count(*) > 0;
END
$$;
