-- The days of a plan of this length, cut at its daily distance: from and to which distance each goes. Days are numbered
-- from 0. No rows if the length or the daily distance is null.
-- Reads no table. Called by the planned days (src/features/tracks/day.repository.ts) and the calendar feeds
-- (src/features/calendar/calendar.repository.ts).
CREATE OR REPLACE FUNCTION planned_days(plan_m double precision, daily_m double precision, first_day integer, max_days integer)
RETURNS TABLE (day integer, from_m double precision, to_m double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT n, n * daily_m, least((n + 1) * daily_m, plan_m)
  FROM generate_series(first_day, least(first_day + max_days - 1, ceil(plan_m / daily_m) - 1)::integer) AS n
  WHERE plan_m IS NOT NULL AND daily_m IS NOT NULL
$$;
