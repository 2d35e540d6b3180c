-- The id of a journey, and its name and its rider's where the viewer may know them: the journey is public, or the viewer is
-- connected with its rider by it. A connection names no other journey of the rider. No row where the viewer sees the rider by name and one of the two has blocked the other; a block
-- does not change what is shown without a name.
-- Reads journeys, connections, blocked_pairs and users. Called by show_encounters, whose plan inlines it. OFFSET 0 makes
-- Postgres look up each of the few journeys by itself.
CREATE OR REPLACE FUNCTION named_journey(journey integer, viewer uuid)
RETURNS TABLE (journey_id uuid, journey_name text, rider_id uuid, rider_name text)
LANGUAGE sql STABLE AS $$
  SELECT j.id, CASE WHEN k.is_named THEN j.name END, CASE WHEN k.is_named THEN j.owner_id END,
    CASE WHEN k.is_named THEN (SELECT u.name FROM users AS u WHERE u.id = j.owner_id) END
  FROM journeys AS j
  CROSS JOIN LATERAL (
    SELECT j.visibility = 'public' OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.state = 'accepted' AND (c.requester_journey_id = j.id AND c.addressee_id = viewer
        OR c.addressee_journey_id = j.id AND c.requester_id = viewer) OFFSET 0
    ) AS is_named
    OFFSET 0
  ) AS k
  WHERE j.no = journey AND NOT (k.is_named AND EXISTS (
    SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = j.owner_id OFFSET 0))
  OFFSET 0
$$;
