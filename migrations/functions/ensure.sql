-- A guard of a commit. Where its condition does not hold, it raises KA001 with the guard's name, which rolls back the
-- whole transaction.
-- Reads nothing. Called by the first statements of every commit (src/db/commit.ts).
CREATE OR REPLACE FUNCTION ensure(condition boolean, guard text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF condition IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KA001', MESSAGE = guard;
  END IF;
END
$$;
