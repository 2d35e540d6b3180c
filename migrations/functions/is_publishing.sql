-- Others see no line, no place and no day of this journey at present, because its lines are not yet cut for the newest
-- privacy zones of its rider, or its presence is not yet made. Whatever shows a part of a journey to others asks this.
-- Reads nothing. Called by shown_line, journey_visits, refresh_presence, continue_publishing,
-- src/features/tracks/day.repository.ts and src/features/discovery/encounter.repository.ts.
CREATE OR REPLACE FUNCTION is_publishing(journey journeys) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT journey.publishing_since IS NOT NULL
$$;
