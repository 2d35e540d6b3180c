-- Does one bounded piece of work for the journey of a rider that has waited longest to be published, and answers its id;
-- null where none waits, or where another call is publishing for this rider.
-- Takes an advisory lock of the rider that nothing else takes, then reads and writes the journey, its tracks and its
-- presence. Called after the response, and once an hour (src/features/presence/publishing.repository.ts).
CREATE OR REPLACE FUNCTION continue_publishing(owner uuid, moment timestamptz, max_work double precision) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  waiting uuid;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('publishing ' || owner, 0)) THEN
    RETURN NULL;
  END IF;
  SELECT j.id INTO waiting FROM journeys AS j
  WHERE j.owner_id = owner AND is_publishing(j)
  ORDER BY j.publishing_since, j.id LIMIT 1;
  IF FOUND THEN
    PERFORM publish_journey(waiting, moment, max_work, false);
  END IF;
  RETURN waiting;
END
$$;
