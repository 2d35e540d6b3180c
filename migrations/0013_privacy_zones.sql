CREATE TABLE "privacy_zones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"radius_m" integer NOT NULL,
	"cover_longitude" double precision NOT NULL,
	"cover_latitude" double precision NOT NULL,
	"cover_radius_m" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "journeys" ADD COLUMN "delay_h" integer DEFAULT 48 NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "shown_from_m" double precision[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "shown_to_m" double precision[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "shown_along_m" double precision[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "shown_from_at" timestamp (3) with time zone[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "published_m" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "zones_revision" integer;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "privacy_zones" text DEFAULT 'undecided' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "zones_revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "privacy_zones" ADD CONSTRAINT "privacy_zones_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "privacy_zones_owner_id_idx" ON "privacy_zones" USING btree ("owner_id","id");--> statement-breakpoint
ALTER TABLE "journeys" ADD CONSTRAINT "journeys_delay_within_a_week" CHECK (delay_h between 0 and 168);--> statement-breakpoint
-- Nobody has a zone yet: all but the ends is shown.
UPDATE tracks SET published_m = distance_m, zones_revision = 0;--> statement-breakpoint
UPDATE tracks SET shown_from_m = ARRAY[2000], shown_to_m = ARRAY[distance_m - 2000], shown_along_m = ARRAY[2000],
  shown_from_at = ARRAY[recorded_at[1]]
WHERE distance_m > 4000;--> statement-breakpoint
-- Degrees from one longitude to another, the short way round.
CREATE FUNCTION degrees_east(from_longitude double precision, to_longitude double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_longitude - from_longitude - 360 * round((to_longitude - from_longitude) / 360)
$$;--> statement-breakpoint
-- Which pieces of a line others may know of, and how long what is published of it is. A leg that touches a zone's cover
-- is left out whole, so that no cut depends on what lies inside; the way across counts as straight, and what is hidden
-- at either end not at all, so that no length and no day does either. Then 2,000 m are cut off what is left at its ends.
-- Distances are on the plane around the cover's middle, as narrow as at its poleward edge: never too far.
CREATE FUNCTION shown_pieces(owner uuid, line geometry, recorded_at timestamptz[], distance_m double precision)
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
    SELECT greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + z.cover_radius_m / metres_per_degree)))) AS narrowest
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
    -- To the millimetre: what lies inside moves the digits behind.
    coalesce(round(sum(p.published_m)::numeric, 3), 0)::double precision
  FROM pieces AS p;
END
$$;--> statement-breakpoint
-- As before, but of what may be shown only: lines by their pieces, and no marker inside a zone's cover. What was ridden
-- comes as late as its rider wants, 48 hours at the earliest.
CREATE OR REPLACE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT (starts_on + time '12:00') AT TIME ZONE 'UTC' AS first_noon, daily_distance_m, owner_id,
      moment - greatest(48, delay_h) * interval '1 hour' AS latest
    FROM journeys WHERE id = journey
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
    SELECT l.kind, p.cell, CASE WHEN p.entry_m >= s.from_m THEN p.entered_at ELSE s.from_at END AS entered_at,
      l.start_m + s.along_m + greatest(p.entry_m - s.from_m, 0) AS from_m,
      l.start_m + s.along_m + least(p.exit_m, s.to_m) - s.from_m AS to_m
    FROM lines AS l
    CROSS JOIN LATERAL unnest(l.shown_from_m, l.shown_to_m, l.shown_along_m, l.shown_from_at)
      AS s (from_m, to_m, along_m, from_at)
    JOIN whole AS p ON p.id = l.id AND p.entry_m <= s.to_m AND p.exit_m > s.from_m
  )
  SELECT p.cell, s.first_noon + day * interval '24 hours', greatest(p.from_m, day * s.daily_distance_m)
  FROM passages AS p, schedule AS s,
    generate_series(floor(p.from_m / s.daily_distance_m)::integer, floor(p.to_m / s.daily_distance_m)::integer) AS day
  WHERE p.kind = 'plan' AND s.first_noon IS NOT NULL AND s.daily_distance_m IS NOT NULL
  UNION ALL
  SELECT p.cell, NULL, p.from_m
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'plan' AND (s.first_noon IS NULL OR s.daily_distance_m IS NULL)
  UNION ALL
  SELECT p.cell, p.entered_at, p.from_m
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'past' AND p.entered_at BETWEEN moment - interval '29 days' AND s.latest
  UNION ALL
  SELECT m.cell, m.at, NULL
  FROM markers AS m, schedule AS s
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan' OR m.at BETWEEN moment - interval '29 days' AND s.latest)
    AND NOT EXISTS (
      SELECT FROM privacy_zones AS z
      WHERE z.owner_id = s.owner_id
        AND ST_DWithin(m.position, ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography, z.cover_radius_m)
    )
$$;
