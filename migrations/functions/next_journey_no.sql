-- Returns a number for a new journey. Consecutive numbers lie far apart, so that each of the 32 parts comes up soon. No
-- number repeats, because 2147483647 is a prime.
-- Reads its sequence. Called by next_journey_no_of and the default of journeys.no.
CREATE OR REPLACE FUNCTION next_journey_no() RETURNS integer
LANGUAGE sql VOLATILE AS $$
  SELECT (nextval('journeys_no_seq') * 1640531527 % 2147483647)::integer
$$;
