ALTER TABLE "journeys" ADD COLUMN "publishing_since" timestamp (3) with time zone;
--> statement-breakpoint
CREATE INDEX "journeys_publishing_since_idx" ON "journeys" USING btree ("publishing_since") WHERE publishing_since is not null;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION box_reaches(
  west double precision, east double precision, south double precision, north double precision,
  x double precision, y double precision, wide double precision, high double precision
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT y BETWEEN south - high AND north + high
    AND (x BETWEEN west - wide AND east + wide
      OR x - 360 BETWEEN west - wide AND east + wide
      OR x + 360 BETWEEN west - wide AND east + wide)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION is_publishing(journey journeys) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT journey.publishing_since IS NOT NULL
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publishing_work(journey journeys) RETURNS double precision
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN journey.visibility = 'private' THEN 0 ELSE
    coalesce((SELECT s.markers FROM journey_sizes AS s WHERE s.journey_id = journey.id), 0) * (1 + z.zones)
    + coalesce((
      SELECT sum(
        CASE WHEN t.zones_revision IS NOT DISTINCT FROM u.zones_revision THEN 0
          WHEN z.zones = 0 THEN 1 ELSE 300 + t.point_count END
        + t.distance_m / 20000
        + CASE WHEN t.kind = 'plan' THEN coalesce(t.distance_m / journey.daily_distance_m, 0) ELSE 0 END)
      FROM tracks AS t WHERE t.journey_id = journey.id), 0)
  END
  FROM users AS u
  CROSS JOIN LATERAL (SELECT count(*) AS zones FROM privacy_zones AS p WHERE p.owner_id = u.id) AS z
  WHERE u.id = journey.owner_id
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision, source text)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT starts_on::timestamp AT TIME ZONE 'UTC' AS first_day, daily_distance_m, owner_id,
      moment - greatest(48, delay_h) * interval '1 hour' AS latest
    FROM journeys AS j WHERE id = journey AND NOT is_publishing(j)
  ),
  covers AS MATERIALIZED (
    SELECT ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography AS middle, z.cover_radius_m AS radius_m,
      z.cover_longitude AS x, z.cover_latitude AS y, d.high,
      d.high / greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + d.high)))) AS wide
    FROM privacy_zones AS z, schedule AS s
    -- A degree of latitude is longer than this everywhere, so the box around a cover is never too small.
    CROSS JOIN LATERAL (SELECT z.cover_radius_m / 110000.0::double precision AS high) AS d
    WHERE z.owner_id = s.owner_id
  ),
  lines AS (
    SELECT t.*, sum(published_m) OVER (PARTITION BY kind ORDER BY ordinal) - published_m AS start_m
    FROM tracks AS t WHERE journey_id = journey
  ),
  whole AS (
    SELECT l.id, p.cell, p.entered_at, p.entry_m,
      lead(p.entry_m, 1, l.distance_m) OVER (PARTITION BY l.id ORDER BY p.n) AS exit_m
    FROM lines AS l,
      unnest(l.cells, l.cell_entries_m, l.cell_entries_at) WITH ORDINALITY AS p (cell, entry_m, entered_at, n)
  ),
  passages AS (
    SELECT l.kind, l.created_at, p.cell, CASE WHEN p.entry_m >= s.from_m THEN p.entered_at ELSE s.from_at END AS entered_at,
      l.start_m + s.along_m + greatest(p.entry_m - s.from_m, 0) AS from_m,
      l.start_m + s.along_m + least(p.exit_m, s.to_m) - s.from_m AS to_m
    FROM lines AS l
    CROSS JOIN LATERAL unnest(l.shown_from_m, l.shown_to_m, l.shown_along_m, l.shown_from_at)
      AS s (from_m, to_m, along_m, from_at)
    -- A cell that a piece only touches lies behind a gap, and may be that of a privacy zone.
    JOIN whole AS p ON p.id = l.id AND p.entry_m < s.to_m AND p.exit_m > s.from_m
  )
  SELECT p.cell, s.first_day + at_m / s.daily_distance_m * interval '24 hours', at_m, 'line'
  FROM passages AS p, schedule AS s,
    generate_series(floor(p.from_m / s.daily_distance_m)::integer, floor(p.to_m / s.daily_distance_m)::integer + 1) AS day
    CROSS JOIN LATERAL (SELECT least(greatest(p.from_m, day * s.daily_distance_m), p.to_m) AS at_m) AS step
  WHERE p.kind = 'plan' AND s.first_day IS NOT NULL AND s.daily_distance_m IS NOT NULL
  UNION ALL
  SELECT p.cell, NULL, p.from_m, 'line'
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'plan' AND (s.first_day IS NULL OR s.daily_distance_m IS NULL)
  UNION ALL
  SELECT p.cell, p.entered_at, p.from_m, 'ride'
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'past' AND p.created_at <= s.latest AND p.entered_at BETWEEN moment - interval '29 days' AND s.latest
  UNION ALL
  SELECT m.cell, m.at, NULL, CASE m.marker_type WHEN 'plan' THEN 'camp' ELSE 'ride' END
  FROM schedule AS s, markers AS m
  CROSS JOIN LATERAL (SELECT ST_X(m.position::geometry) AS x, ST_Y(m.position::geometry) AS y OFFSET 0) AS place
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan'
      OR m.placed_at <= s.latest AND m.at BETWEEN moment - interval '29 days' AND s.latest)
    AND NOT EXISTS (
      SELECT FROM covers AS c
      WHERE box_reaches(place.x, place.x, place.y, place.y, c.x, c.y, c.wide, c.high) AND ST_DWithin(m.position, c.middle, c.radius_m)
    )
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
    SELECT ST_CollectionExtract(ST_Collect(cut_line(
      CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(t.line) ELSE t.line END, p.from_m, p.to_m)), 2) AS line,
      sum(p.to_m - p.from_m) AS distance_m
    FROM (
      SELECT s.from_m, least(s.to_m, ridden.until_m) AS to_m FROM unnest(t.shown_from_m, t.shown_to_m) AS s (from_m, to_m)
    ) AS p
    WHERE p.from_m < p.to_m
  ) AS cut
  WHERE t.id = track;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_pieces(owner uuid, line geometry, recorded_at timestamptz[], distance_m double precision)
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
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[distance_m - trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[recorded_at[1]] ELSE '{}' END,
      distance_m;
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
    SELECT i.n, a.m AS from_m, b.m2 AS to_m, ST_MakePoint(a.x, a.y) AS first_point, ST_MakePoint(b.x2, b.y2) AS last_point
    FROM (SELECT min(n) AS n, max(n) AS last_n FROM seen WHERE NOT is_hidden GROUP BY island) AS i
    JOIN legs AS a ON a.n = i.n JOIN legs AS b ON b.n = i.last_n
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
BEGIN
  IF EXISTS (SELECT FROM journeys AS j WHERE j.id = journey AND is_publishing(j)) THEN
    DELETE FROM presence AS p WHERE p.journey_no = changed_no;
    RETURN;
  END IF;
  PERFORM fix_clock(journey, moment);
  PERFORM keep_plan(journey, moment);

  WITH wanted AS MATERIALIZED (
    SELECT w.place, w.journey_no, w.visits FROM wanted_presence(journey, moment) AS w
  ), gone AS (
    DELETE FROM presence AS p
    WHERE p.journey_no = changed_no AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.place = p.place)
  )
  INSERT INTO presence AS p (place, journey_no, visits)
  SELECT w.place, w.journey_no, w.visits FROM wanted AS w
  ON CONFLICT (place, journey_no) DO UPDATE SET visits = excluded.visits WHERE p.visits <> excluded.visits;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    UPDATE tracks AS t
    SET zones_revision = revision, (shown_from_m, shown_to_m, shown_along_m, shown_from_at, published_m) = (
      SELECT s.from_m, s.to_m, s.along_m, s.from_at, s.published_m
      FROM shown_pieces(owner, t.line, t.recorded_at, t.distance_m) AS s)
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    WHERE t.id = behind.id AND behind.work_before < max_work;
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM refresh_presence(journey, moment);
  RETURN true;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION continue_publishing(owner uuid, moment timestamptz, max_work double precision) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  waiting uuid;
BEGIN
  SELECT j.id INTO waiting FROM journeys AS j
  WHERE j.owner_id = owner AND is_publishing(j)
  ORDER BY j.publishing_since, j.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF FOUND THEN
    PERFORM publish_journey(waiting, moment, max_work);
  END IF;
  RETURN waiting;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journeys(chosen uuid[], moment timestamptz, max_work double precision) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  candidate record;
BEGIN
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
