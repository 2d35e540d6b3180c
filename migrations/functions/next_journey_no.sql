-- Returns the number of a new journey. Consecutive journeys get distant numbers, so that a range of numbers is a random sample
-- of all journeys. No number repeats, because 2147483647 is a prime.
-- Reads its sequence. Called by the default of journeys.no.
CREATE OR REPLACE FUNCTION next_journey_no() RETURNS integer
LANGUAGE sql VOLATILE AS $$
  SELECT (nextval('journeys_no_seq') * 1640531527 % 2147483647)::integer
$$;
