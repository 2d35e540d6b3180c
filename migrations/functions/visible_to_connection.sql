-- The journey is visible to others, its rider is connected with this viewer, and neither of the two has blocked the
-- other.
-- Reads users, connections and blocks. Called by src/features/audience/audience.predicates.ts. PL/pgSQL caches the
-- plan.
CREATE OR REPLACE FUNCTION visible_to_connection(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN visible_to_others(journey)
    AND EXISTS (
      SELECT FROM connections AS c
      WHERE least(c.requester_id, c.addressee_id) = least(viewer, journey.owner_id)
        AND greatest(c.requester_id, c.addressee_id) = greatest(viewer, journey.owner_id)
        AND c.state = 'accepted')
    AND NOT EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = journey.owner_id);
END
$$;
