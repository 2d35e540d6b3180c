-- The bucket of a moment of a journey as others see it: the number of three-day spans since 1970, after the journey's
-- shift and skew; -1 for a null moment.
-- Reads nothing. Called by own_way and wanted_presence.
CREATE OR REPLACE FUNCTION presence_bucket(moment timestamptz, first_day date, shift_s integer, skew double precision)
RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(floor((extract(epoch FROM moment)::float8 + shift_s + skew * coalesce(greatest(
    extract(epoch FROM moment - first_day::timestamp AT TIME ZONE 'UTC')::float8, 0), 0)) / 259200)::integer, -1)
$$;
