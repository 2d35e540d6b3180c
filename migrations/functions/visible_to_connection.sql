-- The journey is visible to others, and its rider is connected with this viewer by an encounter of this journey. A
-- block ends the connection.
-- Reads users and connections. Called by src/features/audience/audience.predicates.ts. PL/pgSQL caches the
-- plan.
CREATE OR REPLACE FUNCTION visible_to_connection(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey)
    AND EXISTS (
      SELECT FROM connections AS c
      WHERE c.state = 'accepted' AND (
        c.requester_journey_id = journey.id AND c.addressee_id = viewer
        OR c.addressee_journey_id = journey.id AND c.requester_id = viewer));
END
$$;
