ALTER TABLE "journeys" ADD COLUMN "status_before" text;
--> statement-breakpoint
ALTER TABLE "journeys" ADD COLUMN "status_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "journeys" ADD COLUMN "is_over" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION last_night(moment timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT date_bin('1 day', moment, '2000-01-01 03:17:00+00')
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate integer, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (owner_id uuid, is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT j.owner_id, k.is_known
  FROM journeys AS j
  JOIN users AS u ON u.id = j.owner_id
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = j.owner_id) AS is_known
    OFFSET 0
  ) AS k
  WHERE j.no = candidate AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over
    AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = j.owner_id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_status(journey journeys, moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN journey.status_at + journey.delay_h * interval '1 hour' > moment THEN journey.status_before
    ELSE journey.status
  END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND NOT journey.is_over
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_exactly_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey) AND journey.status <> 'completed' AND (
    EXISTS (
      SELECT FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.requester_exact AND c.addressee_id = viewer AND c.state = 'accepted')
    OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.addressee_exact AND c.requester_id = viewer AND c.state = 'accepted')
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION fix_clock(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
BEGIN
  UPDATE journeys AS j
  SET clock_from = coalesce(j.starts_on::timestamp AT TIME ZONE 'UTC',
    to_timestamp(floor((first.at_s + j.shift_s) / 259200) * 259200 - j.shift_s))
  FROM (SELECT extract(epoch FROM min(v.visited_at))::float8 AS at_s FROM journey_visits(journey, moment) AS v) AS first
  WHERE j.id = journey AND j.clock_from IS NULL AND j.visibility <> 'private' AND NOT j.is_over
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
  SELECT * INTO j FROM journeys WHERE id = journey AND visibility <> 'private' AND NOT is_over;
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
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks), v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM (
    SELECT j.no, v.cell, v.bucket
    FROM journeys AS j, shown_visits(j.id, last_night(moment)) AS v
    WHERE j.id = journey AND j.visibility <> 'private' AND NOT j.is_over
    OFFSET 0
  ) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  GROUP BY 1, 2
$$;
