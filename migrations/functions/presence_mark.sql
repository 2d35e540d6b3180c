-- A hash of a journey's presence, which changes whenever the presence changes; null for a journey without presence.
-- Reads presence of this journey. Called by show_encounters and remember_reaches.
CREATE OR REPLACE FUNCTION presence_mark(journey integer) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT sha256(string_agg(p.place || ' ' || p.visits, ',' ORDER BY p.place)::bytea)
    FROM presence AS p WHERE p.journey_no = journey
  );
END
$$;
