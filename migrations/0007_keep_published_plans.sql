DROP FUNCTION presence_bucket(timestamp with time zone,date,integer,double precision);
--> statement-breakpoint
DROP FUNCTION journey_visits(uuid,timestamp with time zone);
--> statement-breakpoint
CREATE TABLE "published_plans" (
	"journey_id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"draws" integer DEFAULT 0 NOT NULL,
	"clock_from" timestamp (3) with time zone,
	"first_at" timestamp (3) with time zone,
	"pace_m" double precision,
	"cells" integer[] DEFAULT '{}' NOT NULL,
	"entries_m" double precision[] DEFAULT '{}' NOT NULL,
	"camp_cells" integer[] DEFAULT '{}' NOT NULL,
	"camp_at" timestamp (3) with time zone[] DEFAULT '{}' NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "journeys" ADD COLUMN "clock_from" timestamp (3) with time zone;
--> statement-breakpoint
UPDATE "journeys" SET "clock_from" = "starts_on"::timestamp AT TIME ZONE 'UTC' WHERE "visibility" <> 'private';
--> statement-breakpoint
ALTER TABLE "markers" ADD COLUMN "placed_at" timestamp (3) with time zone;
--> statement-breakpoint
UPDATE "markers" SET "placed_at" = "updated_at";
--> statement-breakpoint
ALTER TABLE "published_plans" ADD CONSTRAINT "published_plans_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "published_plans_owner_id_idx" ON "published_plans" USING btree ("owner_id");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION draw_clock(journey journeys, n integer)
RETURNS TABLE (shift_s integer, skew double precision, slack double precision)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT
    CASE WHEN n = 0 THEN journey.shift_s ELSE round(345600 * (2 * shares[1] - 1))::integer END,
    CASE WHEN n = 0 THEN journey.skew ELSE 0.35 * (2 * shares[2] - 1) END,
    1 + shares[3] / 2
  FROM (SELECT sha256(convert_to(
    concat_ws(':', journey.owner_id, journey.id, journey.shift_s, journey.skew, n), 'UTF8')) AS bytes) AS h
  CROSS JOIN LATERAL (
    SELECT array_agg((get_byte(bytes, i) * 65536 + get_byte(bytes, i + 1) * 256 + get_byte(bytes, i + 2)) / 16777215::float8
      ORDER BY i) AS shares
    FROM generate_series(0, 6, 3) AS i
  ) AS s
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision, source text)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT starts_on::timestamp AT TIME ZONE 'UTC' AS first_day, daily_distance_m, owner_id,
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
  FROM markers AS m, schedule AS s
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan'
      OR m.placed_at <= s.latest AND m.at BETWEEN moment - interval '29 days' AND s.latest)
    AND NOT EXISTS (
      SELECT FROM privacy_zones AS z
      WHERE z.owner_id = s.owner_id
        AND ST_DWithin(m.position, ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography, z.cover_radius_m)
    )
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_stay(
  moment timestamptz, shown_at timestamptz, clock_from timestamptz, slack double precision
)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT abs(extract(epoch FROM shown_at - moment)::float8)
    <= slack * (345600 + 0.35 * abs(extract(epoch FROM moment - clock_from)::float8))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_bucket(moment timestamptz) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN moment IS NULL THEN -1
    ELSE least(greatest(floor(extract(epoch FROM moment)::float8 / 259200), 0), 64000)::integer END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_moment(
  moment timestamptz, clock_from timestamptz, shift_s integer, skew double precision
)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT moment + make_interval(
    secs => shift_s + skew * coalesce(extract(epoch FROM moment - clock_from)::float8, 0))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION fix_clock(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
BEGIN
  UPDATE journeys AS j
  SET clock_from = coalesce(j.starts_on::timestamp AT TIME ZONE 'UTC',
    to_timestamp(floor((first.at_s + j.shift_s) / 259200) * 259200 - j.shift_s))
  FROM (SELECT extract(epoch FROM min(v.visited_at))::float8 AS at_s FROM journey_visits(journey, moment) AS v) AS first
  WHERE j.id = journey AND j.clock_from IS NULL AND j.visibility <> 'private' AND j.status <> 'completed'
    AND first.at_s IS NOT NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_plan(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
DECLARE
  max_camps CONSTANT integer := 20000;
  j journeys;
  p published_plans;
  clock record;
  road record;
  camps record;
  first_day timestamptz;
  kept_at timestamptz;
  kept_pace_m double precision;
BEGIN
  SELECT * INTO j FROM journeys WHERE id = journey AND visibility <> 'private' AND status <> 'completed';
  IF NOT FOUND THEN
    RETURN;
  END IF;
  WITH visits AS MATERIALIZED (
    SELECT v.* FROM journey_visits(journey, moment) AS v WHERE v.visited_at IS NOT NULL AND v.source <> 'ride'
  )
  SELECT array_agg(v.cell ORDER BY v.entry_m) AS cells, array_agg(v.entry_m ORDER BY v.entry_m) AS entries_m INTO road
  FROM (SELECT v.cell, min(v.along_m) AS entry_m FROM visits AS v WHERE v.source = 'line' GROUP BY 1) AS v;
  IF road.cells IS NULL AND NOT EXISTS (
    SELECT FROM markers AS m WHERE m.journey_id = journey AND m.marker_type = 'plan' AND m.at IS NOT NULL
  ) THEN
    RETURN;
  END IF;

  INSERT INTO published_plans (journey_id, owner_id, clock_from, updated_at)
  VALUES (journey, j.owner_id, j.clock_from, moment) ON CONFLICT DO NOTHING;
  SELECT * INTO p FROM published_plans WHERE journey_id = journey;
  SELECT * INTO clock FROM draw_clock(j, p.draws);

  IF road.cells IS NOT NULL THEN
    first_day := j.starts_on::timestamp AT TIME ZONE 'UTC';
    SELECT same.first_at, o.pace_m INTO kept_at, kept_pace_m
    FROM published_plans AS o
    CROSS JOIN LATERAL (
      SELECT count(*) AS cells, array_agg(theirs.entry_m - mine.entry_m ORDER BY mine.entry_m) AS ahead_m,
        array_agg(theirs.entry_m ORDER BY mine.entry_m) AS entries_m
      FROM unnest(road.cells, road.entries_m) AS mine (cell, entry_m)
      JOIN unnest(o.cells, o.entries_m) AS theirs (cell, entry_m) ON theirs.cell = mine.cell
    ) AS common
    CROSS JOIN LATERAL (
      SELECT o.first_at + common.ahead_m[1] / o.pace_m * interval '24 hours' AS first_at,
        CASE WHEN o.journey_id = journey THEN clock.slack ELSE 1 END AS slack
    ) AS same
    WHERE o.owner_id = j.owner_id AND o.pace_m IS NOT NULL
      AND 2 * common.cells >= least(cardinality(road.cells), cardinality(o.cells))
      -- The way back over the same road is another trip.
      AND common.entries_m[cardinality(common.entries_m)] >= common.entries_m[1]
      AND abs(extract(epoch FROM same.first_at - first_day)) <= 345600 * same.slack
      AND abs(j.daily_distance_m / o.pace_m - 1) <= 0.35 * same.slack
    ORDER BY o.journey_id = journey DESC, o.updated_at DESC, o.journey_id LIMIT 1;
    IF NOT FOUND THEN
      IF p.pace_m IS NOT NULL THEN
        p.draws := p.draws + 1;
        p.clock_from := first_day;
        SELECT * INTO clock FROM draw_clock(j, p.draws);
      END IF;
      kept_at := shown_moment(first_day, first_day, clock.shift_s, clock.skew);
      kept_pace_m := j.daily_distance_m / (1 + clock.skew);
    END IF;
    p.first_at := kept_at;
    p.pace_m := kept_pace_m;
    p.cells := road.cells;
    p.entries_m := road.entries_m;
  END IF;

  WITH missing AS (
    SELECT DISTINCT v.cell, v.visited_at AS at
    FROM journey_visits(journey, moment) AS v
    WHERE v.source = 'camp' AND v.visited_at IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM unnest(p.camp_cells, p.camp_at) AS c (cell, at)
        WHERE c.cell = v.cell AND may_stay(v.visited_at, c.at, p.clock_from, clock.slack))
  ),
  inherited AS (
    SELECT DISTINCT ON (m.cell, m.at) m.cell, m.at, c.at AS shown_at
    FROM published_plans AS o CROSS JOIN LATERAL unnest(o.camp_cells, o.camp_at) AS c (cell, at)
    JOIN missing AS m ON m.cell = c.cell AND may_stay(m.at, c.at, p.clock_from, 1)
    WHERE o.owner_id = j.owner_id AND o.journey_id <> journey
    ORDER BY m.cell, m.at, abs(extract(epoch FROM c.at - m.at)), c.at
  )
  SELECT array_agg(m.cell ORDER BY m.at, m.cell) AS cells, array_agg(m.at ORDER BY m.at, m.cell) AS at,
    array_agg(i.shown_at ORDER BY m.at, m.cell) AS shown_at,
    bool_or(i.shown_at IS NULL AND m.cell = ANY (p.camp_cells)) AS have_left INTO camps
  FROM missing AS m LEFT JOIN inherited AS i ON i.cell = m.cell AND i.at = m.at;
  IF camps.cells IS NOT NULL THEN
    IF camps.have_left THEN
      p.draws := p.draws + 1;
      p.clock_from := camps.at[1];
      SELECT * INTO clock FROM draw_clock(j, p.draws);
    END IF;
    SELECT (array_agg(c.cell ORDER BY c.n DESC))[1:max_camps], (array_agg(c.at ORDER BY c.n DESC))[1:max_camps]
    INTO p.camp_cells, p.camp_at
    FROM (
      SELECT c.cell, c.at, c.n FROM unnest(p.camp_cells, p.camp_at) WITH ORDINALITY AS c (cell, at, n)
      UNION ALL
      SELECT c.cell, coalesce(c.shown_at, shown_moment(c.at, p.clock_from, clock.shift_s, clock.skew)), max_camps + c.n
      FROM unnest(camps.cells, camps.at, camps.shown_at) WITH ORDINALITY AS c (cell, at, shown_at, n)
    ) AS c;
  END IF;

  UPDATE published_plans AS o
  SET draws = p.draws, clock_from = p.clock_from, first_at = p.first_at, pace_m = p.pace_m, cells = p.cells,
    entries_m = p.entries_m, camp_cells = p.camp_cells, camp_at = p.camp_at, updated_at = moment
  WHERE o.journey_id = journey AND o IS DISTINCT FROM p;
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
  FROM tracks AS t
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
CREATE OR REPLACE FUNCTION shown_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision, bucket integer)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH plan AS (SELECT * FROM published_plans WHERE journey_id = journey),
  visits AS MATERIALIZED (
    SELECT v.*, row_number() OVER () AS n FROM journey_visits(journey, moment) AS v
  ),
  camps AS MATERIALIZED (
    SELECT DISTINCT ON (v.n) v.n, c.shown_at
    FROM plan AS p CROSS JOIN LATERAL unnest(p.camp_cells, p.camp_at) AS c (cell, shown_at)
    JOIN visits AS v ON v.cell = c.cell AND v.source = 'camp'
    ORDER BY v.n, abs(extract(epoch FROM c.shown_at - v.visited_at)), c.shown_at
  )
  SELECT v.cell, v.visited_at, v.along_m, presence_bucket(CASE
    WHEN v.visited_at IS NULL THEN NULL
    WHEN v.source = 'line' AND p.pace_m IS NOT NULL THEN p.first_at + v.along_m / p.pace_m * interval '24 hours'
    WHEN c.shown_at IS NOT NULL THEN c.shown_at
    ELSE shown_moment(v.visited_at, j.clock_from, j.shift_s, j.skew)
  END)
  FROM visits AS v JOIN journeys AS j ON j.id = journey
  LEFT JOIN plan AS p ON true
  LEFT JOIN camps AS c ON c.n = v.n
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION own_way(journey uuid, owner uuid, moment timestamptz)
RETURNS TABLE (cell integer, bucket integer, first_at timestamptz, last_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.cell, v.bucket, min(v.visited_at), max(v.visited_at)
  FROM journeys AS j, shown_visits(j.id, moment) AS v
  WHERE j.id = journey AND j.owner_id = owner
  GROUP BY 1, 2 ORDER BY min(v.visited_at), min(v.along_m), v.cell;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks), v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM (
    SELECT j.no, v.cell, v.bucket
    FROM journeys AS j, shown_visits(j.id, moment) AS v
    WHERE j.id = journey AND j.visibility <> 'private' AND j.status <> 'completed'
    OFFSET 0
  ) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  GROUP BY 1, 2
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
BEGIN
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
