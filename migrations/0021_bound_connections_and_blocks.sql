ALTER TABLE "connections" ADD COLUMN "requester_name" text DEFAULT '' NOT NULL;
--> statement-breakpoint
UPDATE "connections" SET "requester_name" = u."name" FROM "users" AS u WHERE u."id" = "connections"."requester_id";
--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "is_dismissed" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION audience_of(journey journeys, viewer uuid, assumed text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  audience text := assumed;
BEGIN
  IF journey.owner_id = viewer AND assumed IS NULL THEN
    RETURN 'owner';
  END IF;
  IF journey.visibility = 'private'
    OR NOT EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.takes_part)
    OR EXISTS (SELECT FROM blocked_pairs AS b WHERE b.rider_id = viewer AND b.other_id = journey.owner_id)
  THEN
    RETURN 'nobody';
  END IF;

  IF journey.owner_id <> viewer THEN
    SELECT CASE WHEN bool_or(c.is_exact) THEN 'exact' WHEN count(*) > 0 THEN 'connection' ELSE 'rider' END INTO audience
    FROM (
      SELECT c.requester_exact AS is_exact FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.addressee_id = viewer AND c.state = 'accepted'
      UNION ALL
      SELECT c.addressee_exact FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.requester_id = viewer AND c.state = 'accepted'
    ) AS c
    WHERE EXISTS (SELECT FROM users AS u WHERE u.id = viewer AND u.takes_part);
  END IF;
  IF audience = 'exact' AND journey.status = 'completed' THEN
    audience := 'connection';
  END IF;
  IF audience = 'connection' AND journey.is_over THEN
    audience := 'rider';
  END IF;
  IF audience = 'rider' AND journey.visibility <> 'public' THEN
    audience := 'nobody';
  END IF;
  RETURN audience;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_blocks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE blocks AS b SET address_hash = coalesce(b.address_hash, blocked_address_hash(OLD.email))
  WHERE b.blocked_id = OLD.id;
  RETURN OLD;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_blocked_removed BEFORE DELETE ON users
FOR EACH ROW EXECUTE FUNCTION keep_blocks();
--> statement-breakpoint
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
