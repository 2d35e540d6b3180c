-- Whether a published moment may stay while the true one is `moment`: shift and skew, times the slack, reach that far.
-- Reads nothing. Called by keep_plan.
CREATE OR REPLACE FUNCTION may_stay(
  moment timestamptz, shown_at timestamptz, clock_from timestamptz, slack double precision
)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT abs(extract(epoch FROM shown_at - moment)::float8)
    <= slack * (345600 + 0.35 * abs(extract(epoch FROM moment - clock_from)::float8))
$$;
