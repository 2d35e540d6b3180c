-- Returns the number of a new journey of a rider. All numbers of a rider lie in the same of 32 parts, so that a search in
-- some of the parts finds a random sample of riders, each with all journeys. Skips the numbers of other parts.
-- Reads the sequence through next_journey_no. Called by the insert of a journey
-- (src/features/journeys/journey.repository.ts).
CREATE OR REPLACE FUNCTION next_journey_no_of(owner uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  own_part CONSTANT integer := uuid_hash_extended(owner, 0) & 31;
  number integer;
BEGIN
  LOOP
    number := next_journey_no();
    EXIT WHEN number >> 26 = own_part;
  END LOOP;
  RETURN number;
END
$$;
