-- A moment as a clock shows it that is wrong by `shift_s` and, counted from `clock_from`, too slow or too fast by `skew`.
-- Reads nothing. Called by shown_visits and keep_plan.
CREATE OR REPLACE FUNCTION shown_moment(
  moment timestamptz, clock_from timestamptz, shift_s integer, skew double precision
)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT moment + make_interval(
    secs => shift_s + skew * coalesce(extract(epoch FROM moment - clock_from)::float8, 0))
$$;
