-- The pieces of a line that are published, and the published length. A leg that touches the cover of a privacy zone is
-- left out as a whole, so that no cut depends on the points inside. The gap at a cover counts as a straight line, and
-- hidden ends do not count, so that lengths and days do not depend on the points inside either. Then `trim_m` are cut
-- off both ends of the rest, but not off an end that joins another line of the plan: such a cut would show where a day
-- ends. Distances are on the plane around the cover's middle with the cosine of its poleward edge,
-- so they are never too long. Legs are compared with covers in blocks, so that only legs near the edge of a cover cost much.
-- Reads the owner's zones. Called by publish_journey, when a line or a zone has changed. Its plans do not depend on the line,
-- because planning for one line unpacks all its points.
CREATE OR REPLACE FUNCTION shown_pieces(
  owner uuid, line geometry, recorded_at timestamptz[], distance_m double precision, joins_before boolean, joins_after boolean
)
RETURNS TABLE (
  from_m double precision[], to_m double precision[], along_m double precision[], from_at timestamptz[],
  published_m double precision
)
LANGUAGE plpgsql STABLE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  trim_m CONSTANT double precision := 2000;
  metres_per_degree CONSTANT double precision := 111195;
  zones double precision[][];
BEGIN
  SELECT array_agg(ARRAY[z.cover_longitude, z.cover_latitude, z.cover_radius_m, c.narrowest]) INTO zones
  FROM privacy_zones AS z
  CROSS JOIN LATERAL (SELECT z.cover_radius_m / metres_per_degree AS high) AS reach
  CROSS JOIN LATERAL (
    SELECT greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + reach.high)))) AS narrowest
  ) AS c
  WHERE z.owner_id = owner AND EXISTS (
    -- The operator && reads only the head of a long line. ST_XMin and the like would unpack all its points.
    SELECT FROM unnest('{-360,0,360}'::double precision[]) AS turn
    WHERE line && ST_Expand(ST_SetSRID(ST_MakePoint(z.cover_longitude + turn, z.cover_latitude), 4326),
      reach.high / c.narrowest, reach.high));
  IF zones IS NULL THEN
    RETURN QUERY SELECT
      CASE WHEN c.is_left THEN ARRAY[c.first_m] ELSE '{}' END,
      CASE WHEN c.is_left THEN ARRAY[c.last_m] ELSE '{}' END,
      CASE WHEN c.is_left THEN ARRAY[c.first_m] ELSE '{}' END,
      CASE WHEN c.is_left THEN ARRAY[recorded_at[1]] ELSE '{}' END,
      distance_m
    FROM (SELECT CASE WHEN joins_before THEN 0 ELSE trim_m END, distance_m - CASE WHEN joins_after THEN 0 ELSE trim_m END)
      AS e (first_m, last_m) CROSS JOIN LATERAL (SELECT e.first_m, e.last_m, e.first_m < e.last_m AS is_left) AS c;
    RETURN;
  END IF;

  RETURN QUERY
  WITH covers AS (
    SELECT zones[i][1] AS x, zones[i][2] AS y, zones[i][3] AS radius_m, zones[i][4] AS narrowest
    FROM generate_subscripts(zones, 1) AS i
  ),
  legs AS MATERIALIZED (
    SELECT l.n, l.n / 128 AS block, l.x, l.y, l.m, l.x2, l.y2, l.m2
    FROM (
      SELECT d.n, ST_X(d.geom) AS x, ST_Y(d.geom) AS y, ST_M(d.geom) AS m, d.path[1] = lead(d.path[1]) OVER w AS is_leg,
        lead(ST_X(d.geom)) OVER w AS x2, lead(ST_Y(d.geom)) OVER w AS y2, lead(ST_M(d.geom)) OVER w AS m2
      FROM ST_DumpPoints(line) WITH ORDINALITY AS d (path, geom, n) WINDOW w AS (ORDER BY n)
    ) AS l
    WHERE l.is_leg
  ),
  near AS MATERIALIZED (
    -- A block whose four corners lie within one cover is hidden as a whole.
    SELECT b.block, c.*, bool_or(
      (greatest(abs(west - c.x), abs(east - c.x)) * metres_per_degree * c.narrowest) ^ 2
        + (greatest(abs(south - c.y), abs(north - c.y)) * metres_per_degree) ^ 2 <= c.radius_m ^ 2
    ) OVER (PARTITION BY b.block) AS is_inside
    FROM (
      SELECT block, least(min(x), min(x2)) AS west, greatest(max(x), max(x2)) AS east,
        least(min(y), min(y2)) AS south, greatest(max(y), max(y2)) AS north
      FROM legs GROUP BY block
    ) AS b
    JOIN covers AS c ON box_reaches(west, east, south, north, c.x, c.y,
      c.radius_m / metres_per_degree / c.narrowest, c.radius_m / metres_per_degree)
  ),
  hidden AS (
    SELECT l.n FROM legs AS l WHERE l.block IN (SELECT c.block FROM near AS c WHERE c.is_inside)
    UNION
    SELECT l.n
    FROM near AS c JOIN legs AS l ON l.block = c.block
    CROSS JOIN LATERAL (
      SELECT degrees_east(c.x, l.x) * metres_per_degree * c.narrowest AS px, (l.y - c.y) * metres_per_degree AS py,
        degrees_east(l.x, l.x2) * metres_per_degree * c.narrowest AS dx, (l.y2 - l.y) * metres_per_degree AS dy
      OFFSET 0
    ) AS v
    CROSS JOIN LATERAL (
      SELECT CASE WHEN dx = 0 AND dy = 0 THEN 0
        ELSE least(1, greatest(0, -(px * dx + py * dy) / (dx * dx + dy * dy))) END AS share
      OFFSET 0
    ) AS nearest
    WHERE NOT c.is_inside
      AND (px + share * dx) * (px + share * dx) + (py + share * dy) * (py + share * dy) <= c.radius_m * c.radius_m
  ),
  seen AS (
    SELECT l.n, h.n IS NOT NULL AS is_hidden, count(h.n) OVER (ORDER BY l.n) AS island
    FROM legs AS l LEFT JOIN hidden AS h ON h.n = l.n
  ),
  islands AS (
    SELECT i.n, i.last_n, a.m AS from_m, b.m2 AS to_m, ST_MakePoint(a.x, a.y) AS first_point, ST_MakePoint(b.x2, b.y2) AS last_point
    FROM (SELECT min(n) AS n, max(n) AS last_n FROM seen WHERE NOT is_hidden GROUP BY island) AS i
    JOIN legs AS a ON a.n = i.n JOIN legs AS b ON b.n = i.last_n
  ),
  measured AS (
    SELECT i.n, i.from_m, i.to_m, i.to_m - i.from_m + coalesce(ST_DistanceSphere(last_point, lead(first_point) OVER w), 0) AS published_m,
      min(from_m) OVER () + CASE WHEN joins_before AND min(i.n) OVER () = whole.n THEN 0 ELSE trim_m END AS first_m,
      max(to_m) OVER () - CASE WHEN joins_after AND max(i.last_n) OVER () = whole.last_n THEN 0 ELSE trim_m END AS last_m
    FROM islands AS i CROSS JOIN (SELECT min(l.n) AS n, max(l.n) AS last_n FROM legs AS l) AS whole WINDOW w AS (ORDER BY i.n)
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
