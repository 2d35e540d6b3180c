-- The journey is visible to others and not completed, and its rider lets this viewer see it exactly, by an accepted connection. A block
-- ends the connection.
-- Reads users and connections. Called by visible_to and src/features/audience/audience.predicates.ts. PL/pgSQL caches
-- the plan.
CREATE OR REPLACE FUNCTION shown_exactly_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey) AND journey.status <> 'completed' AND (
    EXISTS (
      SELECT FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.requester_exact AND c.addressee_id = viewer AND c.state = 'accepted')
    OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.addressee_exact AND c.requester_id = viewer AND c.state = 'accepted')
  );
END
$$;
