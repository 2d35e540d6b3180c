-- The pieces of a line that are published, and the published length. A leg that touches the cover of a privacy zone is
-- left out as a whole, so that no cut depends on the points inside. The gap at a cover counts as a straight line, and
-- hidden ends do not count, so that lengths and days do not depend on the points inside either. Then `trim_m` are cut
-- off both ends of the rest. Distances are on the plane around the cover's middle with the cosine of its poleward edge,
-- so they are never too long.
-- Reads the owner's zones. Called when a line or a zone changes (src/features/presence/presence.repository.ts).
CREATE OR REPLACE FUNCTION shown_pieces(owner uuid, line geometry, recorded_at timestamptz[], distance_m double precision)
RETURNS TABLE (
  from_m double precision[], to_m double precision[], along_m double precision[], from_at timestamptz[],
  published_m double precision
)
LANGUAGE plpgsql STABLE SET jit = off AS $$
#variable_conflict use_column
DECLARE
  trim_m CONSTANT double precision := 2000;
  metres_per_degree CONSTANT double precision := 111195;
  zones double precision[][];
BEGIN
  SELECT array_agg(ARRAY[z.cover_longitude, z.cover_latitude, z.cover_radius_m, c.narrowest]) INTO zones
  FROM privacy_zones AS z
  CROSS JOIN LATERAL (
    SELECT
      greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + z.cover_radius_m / metres_per_degree)))) AS narrowest
  ) AS c
  CROSS JOIN LATERAL (SELECT z.cover_radius_m / metres_per_degree / c.narrowest AS degrees) AS reach
  WHERE z.owner_id = owner
    AND z.cover_latitude BETWEEN ST_YMin(line) - z.cover_radius_m / metres_per_degree
      AND ST_YMax(line) + z.cover_radius_m / metres_per_degree
    AND (z.cover_longitude BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees
      OR z.cover_longitude - 360 BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees
      OR z.cover_longitude + 360 BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees);
  IF zones IS NULL THEN
    RETURN QUERY SELECT
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[distance_m - trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[recorded_at[1]] ELSE '{}' END,
      distance_m;
    RETURN;
  END IF;

  RETURN QUERY
  WITH dots AS (
    SELECT d.path[1] AS part, d.n, ST_X(d.geom) AS x, ST_Y(d.geom) AS y, ST_M(d.geom) AS m
    FROM ST_DumpPoints(line) WITH ORDINALITY AS d (path, geom, n)
  ),
  legs AS (
    SELECT *
    FROM (
      SELECT d.*, lead(x) OVER w AS x2, lead(y) OVER w AS y2, lead(m) OVER w AS m2
      FROM dots AS d WINDOW w AS (PARTITION BY part ORDER BY n)
    ) AS l
    WHERE m2 IS NOT NULL
  ),
  seen AS (
    SELECT l.*, count(*) FILTER (WHERE is_hidden) OVER (ORDER BY n) AS island
    FROM (
      SELECT l.*, EXISTS (
        SELECT FROM generate_subscripts(zones, 1) AS i
        CROSS JOIN LATERAL (
          SELECT degrees_east(zones[i][1], x) * metres_per_degree * zones[i][4] AS px,
            (y - zones[i][2]) * metres_per_degree AS py,
            degrees_east(x, x2) * metres_per_degree * zones[i][4] AS dx, (y2 - y) * metres_per_degree AS dy
        ) AS v
        CROSS JOIN LATERAL (
          SELECT CASE WHEN dx = 0 AND dy = 0 THEN 0
            ELSE least(1, greatest(0, -(px * dx + py * dy) / (dx * dx + dy * dy))) END AS share
        ) AS nearest
        WHERE (px + share * dx) ^ 2 + (py + share * dy) ^ 2 <= zones[i][3] ^ 2
      ) AS is_hidden
      FROM legs AS l
    ) AS l
  ),
  islands AS (
    SELECT i.n, a.m AS from_m, b.m2 AS to_m, ST_MakePoint(a.x, a.y) AS first_point, ST_MakePoint(b.x2, b.y2) AS last_point
    FROM (SELECT min(n) AS n, max(n) AS last_n FROM seen WHERE NOT is_hidden GROUP BY island) AS i
    JOIN seen AS a ON a.n = i.n JOIN seen AS b ON b.n = i.last_n
  ),
  measured AS (
    SELECT i.*, to_m - from_m + coalesce(ST_DistanceSphere(last_point, lead(first_point) OVER w), 0) AS published_m,
      min(from_m) OVER () + trim_m AS first_m, max(to_m) OVER () - trim_m AS last_m
    FROM islands AS i WINDOW w AS (ORDER BY n)
  ),
  pieces AS (
    SELECT n, greatest(from_m, first_m) AS from_m, least(to_m, last_m) AS to_m,
      sum(published_m) OVER w - published_m + greatest(from_m, first_m) - from_m AS along_m, published_m
    FROM measured WINDOW w AS (ORDER BY n)
  )
  SELECT coalesce(array_agg(p.from_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(p.to_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(p.along_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(recorded_at[n] ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    -- Rounded to millimetres, because the points inside a cover change the smaller digits.
    coalesce(round(sum(p.published_m)::numeric, 3), 0)::double precision
  FROM pieces AS p;
END
$$;
