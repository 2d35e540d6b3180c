-- The viewer may see the journey: they own it, it is public and its owner takes part, or they may see it exactly.
-- Reads users, connections and blocks. Called by src/features/audience/audience.predicates.ts. PL/pgSQL caches the
-- plan.
CREATE OR REPLACE FUNCTION visible_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF journey.owner_id = viewer OR journey.visibility = 'private' THEN
    RETURN journey.owner_id = viewer;
  END IF;
  RETURN (
      journey.visibility = 'public' AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part)
      OR shown_exactly_to(journey, viewer)
    )
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = journey.owner_id);
END
$$;
