-- Adds a publication to the ledger of a journey, which is locked, and forgets all but its newest 1,000.
-- Reads and writes publications. Called by record_visibility, record_plan and record_rides.
CREATE OR REPLACE FUNCTION record_publication(
  journey uuid, owner uuid, moment timestamptz, outlet text, visibility text DEFAULT NULL,
  first_at timestamptz DEFAULT NULL, last_at timestamptz DEFAULT NULL, pace_m double precision DEFAULT NULL,
  camps integer DEFAULT NULL, track uuid DEFAULT NULL, shown_at timestamptz DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  next_number CONSTANT integer := (SELECT coalesce(max(p.number), 0) + 1 FROM publications AS p WHERE p.journey_id = journey);
BEGIN
  INSERT INTO publications
    (journey_id, number, owner_id, outlet, published_at, visibility, first_at, last_at, pace_m, camps, track_id, shown_at)
  VALUES (journey, next_number, owner, outlet, moment, visibility, first_at, last_at, pace_m, camps, track, shown_at);
  DELETE FROM publications AS p WHERE p.journey_id = journey AND p.number <= next_number - 1000;
END
$$;
