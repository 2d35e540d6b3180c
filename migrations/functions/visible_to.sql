-- The viewer may read the journey and its lines: it is public, or they own it or see it exactly. A connection gets only the
-- days of a journey that is not public.
-- Reads through audience_of. Called by src/features/audience/audience.predicates.ts.
CREATE OR REPLACE FUNCTION visible_to(journey journeys, viewer uuid, assumed text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  audience CONSTANT text := audience_of(journey, viewer, assumed);
BEGIN
  RETURN audience IN ('owner', 'exact') OR audience <> 'nobody' AND journey.visibility = 'public';
END
$$;
