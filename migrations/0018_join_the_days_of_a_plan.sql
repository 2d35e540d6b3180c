DROP FUNCTION shown_pieces(uuid,geometry,timestamp with time zone[],double precision);
--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "ends" double precision[] GENERATED ALWAYS AS (array[ST_X(ST_StartPoint(ST_GeometryN(line, 1))), ST_Y(ST_StartPoint(ST_GeometryN(line, 1))),
          ST_X(ST_EndPoint(ST_GeometryN(line, ST_NumGeometries(line)))), ST_Y(ST_EndPoint(ST_GeometryN(line, ST_NumGeometries(line))))]) STORED;
--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "joins_before" boolean;
--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "joins_after" boolean;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION find_joins(journey uuid) RETURNS void
LANGUAGE sql VOLATILE AS $$
  UPDATE tracks AS t
  SET joins_before = s.before_m <= 500, joins_after = s.after_m <= 500, zones_revision = NULL
  FROM (
    SELECT n.id, coalesce(n.gap_m, 'infinity') AS before_m, coalesce(lead(n.gap_m) OVER (ORDER BY n.ordinal), 'infinity') AS after_m
    FROM (
      SELECT e.id, e.ordinal, CASE
        WHEN e.is_loop OR lag(e.is_loop) OVER w OR e.from_ends_m <= 2000 THEN 'infinity'
        ELSE ST_DistanceSphere(lag(e.last_point) OVER w, e.first_point)
      END AS gap_m
      FROM (
        SELECT t.id, t.ordinal, p.first_point, p.last_point, ST_DistanceSphere(p.first_point, p.last_point) <= 2000 AS is_loop,
          least(ST_DistanceSphere(p.first_point, first_value(p.first_point) OVER whole),
            ST_DistanceSphere(p.first_point, last_value(p.last_point) OVER whole)) AS from_ends_m
        FROM tracks AS t
        CROSS JOIN LATERAL (
          SELECT ST_MakePoint(t.ends[1], t.ends[2]) AS first_point, ST_MakePoint(t.ends[3], t.ends[4]) AS last_point
        ) AS p
        WHERE t.journey_id = journey AND t.kind = 'plan'
        WINDOW whole AS (ORDER BY t.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
      ) AS e
      WINDOW w AS (ORDER BY e.ordinal)
    ) AS n
  ) AS s
  WHERE t.id = s.id AND (t.joins_before, t.joins_after) IS DISTINCT FROM (s.before_m <= 500, s.after_m <= 500)
$$;
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_line(track uuid, latest timestamptz, is_exact boolean)
RETURNS TABLE (line geometry, distance_m double precision)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(cut.line) ELSE cut.line END, cut.distance_m
  FROM tracks AS t JOIN journeys AS j ON j.id = t.journey_id AND NOT is_publishing(j)
  -- cut_line interpolates on a plane, so a line that crosses the antimeridian is shifted before it is cut.
  CROSS JOIN LATERAL (SELECT ST_XMax(t.line) - ST_XMin(t.line) > 180 AS crosses_antimeridian) AS whole
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN is_exact OR t.kind = 'plan' THEN 'infinity'::double precision
      WHEN t.created_at > latest THEN 0
      WHEN t.cell_entries_at IS NULL THEN 'infinity'
      ELSE coalesce((
        SELECT max(e.entry_m) FROM unnest(t.cell_entries_m, t.cell_entries_at) AS e (entry_m, at) WHERE e.at <= latest), 0)
    END AS until_m
  ) AS ridden
  CROSS JOIN LATERAL (
    SELECT array_agg(p.from_m ORDER BY p.from_m) AS from_m, array_agg(p.to_m ORDER BY p.from_m) AS to_m,
      sum(p.to_m - p.from_m) AS distance_m
    FROM (
      SELECT s.from_m, least(s.to_m, ridden.until_m) AS to_m FROM unnest(t.shown_from_m, t.shown_to_m) AS s (from_m, to_m)
    ) AS p
    WHERE p.from_m < p.to_m
  ) AS pieces
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Collect(piece.line ORDER BY piece.n), 2) AS line, pieces.distance_m
    FROM unnest(cut_pieces(
      CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(joined_line(t)) ELSE joined_line(t) END, pieces.from_m, pieces.to_m)
    ) WITH ORDINALITY AS piece (line, n)
  ) AS cut
  WHERE t.id = track;
END
$$;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
  cuts jsonb;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    SELECT jsonb_agg(jsonb_build_object('id', t.id, 'joins_before', t.joins_before, 'joins_after', t.joins_after, 'from_m', s.from_m, 'to_m', s.to_m, 'along_m', s.along_m,
      'from_at', s.from_at, 'published_m', s.published_m)) INTO cuts
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    JOIN tracks AS t ON t.id = behind.id
    CROSS JOIN LATERAL shown_pieces(
      owner, joined_line(t), t.recorded_at, t.distance_m, t.joins_before IS TRUE, t.joins_after IS TRUE) AS s
    WHERE behind.work_before < max_work;
  END IF;

  PERFORM FROM journeys AS j WHERE j.id = journey FOR NO KEY UPDATE;
  IF owner IS NOT NULL THEN
    IF revision IS DISTINCT FROM (SELECT u.zones_revision FROM users AS u WHERE u.id = owner) THEN
      RETURN false;
    END IF;
    UPDATE tracks AS t
    SET zones_revision = revision, shown_from_m = c.from_m, shown_to_m = c.to_m, shown_along_m = c.along_m,
      shown_from_at = c.from_at, published_m = c.published_m
    FROM jsonb_to_recordset(cuts) AS c (id uuid, joins_before boolean, joins_after boolean, from_m double precision[],
      to_m double precision[], along_m double precision[], from_at timestamptz[], published_m double precision)
    WHERE t.id = c.id AND (t.joins_before, t.joins_after) IS NOT DISTINCT FROM (c.joins_before, c.joins_after);
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM record_rides(journey, moment);
  PERFORM refresh_presence(journey, moment);
  RETURN true;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journeys(chosen uuid[], moment timestamptz, max_work double precision) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  candidate record;
BEGIN
  PERFORM find_joins(j.id) FROM journeys AS j WHERE j.id = ANY (chosen) AND j.visibility <> 'private';
  FOR candidate IN
    SELECT j.id, sum(w.work) OVER (ORDER BY w.work, j.id) <= max_work AS is_little
    FROM journeys AS j CROSS JOIN LATERAL (SELECT publishing_work(j) AS work) AS w
    WHERE j.id = ANY (chosen) ORDER BY w.work, j.id
  LOOP
    IF candidate.is_little THEN
      PERFORM publish_journey(candidate.id, moment, 'infinity');
    ELSE
      UPDATE journeys AS j SET publishing_since = coalesce(j.publishing_since, moment) WHERE j.id = candidate.id;
      PERFORM refresh_presence(candidate.id, moment);
    END IF;
  END LOOP;
END
$$;
