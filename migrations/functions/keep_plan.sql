-- Keeps the published plan of a visible journey. What was published survives a change of the plan while the true plan is
-- within shift and skew of it (and a secret slack), so that re-planning changes nothing that others see. Beyond that it is
-- drawn anew, once. A journey over the same road and days as another one of the same rider takes that one's published
-- plan over. The first common cell aligns the two roads.
-- Reads and writes published_plans, reads the journey and journey_visits. Called by refresh_presence.
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
