-- What the presence of a journey has to be; nothing where nobody may know of it.
CREATE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks), v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM (
    SELECT j.no, v.cell, presence_bucket(v.visited_at, j.starts_on, j.shift_s, j.skew) AS bucket
    FROM journeys AS j, journey_visits(j.id, moment) AS v
    WHERE j.id = journey AND j.visibility <> 'private' AND j.status <> 'completed'
    OFFSET 0
  ) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  GROUP BY 1, 2
$$;--> statement-breakpoint
-- Brings the presence of a journey in step with what it is made of; rows that are right already are not touched.
-- PL/pgSQL keeps its plan from one call to the next.
CREATE FUNCTION refresh_presence(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
BEGIN
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
