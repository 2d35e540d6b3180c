-- The number of a new journey. Numbers that follow each other lie far apart and no number comes twice, since 2147483647
-- is a prime: so a range of numbers is a sample of all journeys.
-- Reads its sequence. Called by the default of journeys.no.
CREATE OR REPLACE FUNCTION next_journey_no() RETURNS integer
LANGUAGE sql VOLATILE AS $$
  SELECT (nextval('journeys_no_seq') * 1640531527 % 2147483647)::integer
$$;
