-- A guard of a commit: raises KA001 with the guard's name where its condition does not hold, which rolls the whole
-- transaction back.
-- Reads nothing. Called by the first statements of every commit (src/db/commit.ts).
CREATE OR REPLACE FUNCTION ensure(condition boolean, guard text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF condition IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KA001', MESSAGE = guard;
  END IF;
END
$$;
