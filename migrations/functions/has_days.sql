-- Whether a journey with presence on some day still has days. A ridden journey loses its days before its presence is
-- refreshed at night.
-- Reads tracks, markers, and journey_visits where something is ridden. Called by show_encounters. PL/pgSQL caches the plans.
CREATE OR REPLACE FUNCTION has_days(journey uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.kind = 'past')
    OR EXISTS (SELECT FROM markers AS m WHERE m.journey_id = journey AND m.marker_type = 'past') THEN
    RETURN EXISTS (SELECT FROM journey_visits(journey, moment) AS v WHERE v.visited_at IS NOT NULL);
  END IF;
  RETURN true;
END
$$;
