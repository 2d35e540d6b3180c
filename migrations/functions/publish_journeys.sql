-- Publishes those of these journeys at once that are little work, the least first, up to `max_work` in all. Others see
-- nothing of the rest from this commit on, until continue_publishing has done it. The journeys must be locked.
-- Writes the journeys, their tracks and their presence. Called by every commit that changes lines, zones, or who may see a
-- journey (src/features/presence/publishing.repository.ts).
CREATE OR REPLACE FUNCTION publish_journeys(chosen uuid[], moment timestamptz, max_work double precision, keeps_former boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  candidate record;
BEGIN
  PERFORM find_joins(j.id) FROM journeys AS j WHERE j.id = ANY (chosen) AND j.visibility <> 'private';
  FOR candidate IN
    SELECT j.id, sum(w.work) OVER (ORDER BY w.work, j.id) <= max_work AS is_little
    FROM journeys AS j CROSS JOIN LATERAL (SELECT publishing_work(j) AS work) AS w
    WHERE j.id = ANY (chosen) ORDER BY w.work, j.id
  LOOP
    IF candidate.is_little THEN
      PERFORM publish_journey(candidate.id, moment, 'infinity', keeps_former);
    ELSE
      UPDATE journeys AS j SET publishing_since = coalesce(j.publishing_since, moment) WHERE j.id = candidate.id;
      PERFORM refresh_presence(candidate.id, moment, keeps_former);
    END IF;
  END LOOP;
END
$$;
