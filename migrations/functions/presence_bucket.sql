-- The bucket of a moment as others see it: the number of three-day spans since 1970; -1 for a null moment. Moments that
-- shift and skew move out of the years 1970 to 2500 count at their ends, because a place has 15 bits for them.
-- Reads nothing. Called by shown_visits.
CREATE OR REPLACE FUNCTION presence_bucket(moment timestamptz) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN moment IS NULL THEN -1
    ELSE least(greatest(floor(extract(epoch FROM moment)::float8 / 259200), 0), 64000)::integer END
$$;
