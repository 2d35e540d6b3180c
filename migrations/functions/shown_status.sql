-- The status of a journey as others see it at `moment`. A change shows `delay_h` hours later, because it says when the rider
-- sets out and arrives.
-- Reads nothing. Called by src/features/audience/audience.predicates.ts, and by the journey's own writes and the nightly run
-- (src/features/journeys/journey.repository.ts, src/features/presence/presence.repository.ts).
CREATE OR REPLACE FUNCTION shown_status(journey journeys, moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN journey.status_at + journey.delay_h * interval '1 hour' > moment THEN journey.status_before
    ELSE journey.status
  END
$$;
