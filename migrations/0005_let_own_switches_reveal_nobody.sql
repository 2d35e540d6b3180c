CREATE TABLE "former_usernames" (
	"name" text PRIMARY KEY NOT NULL,
	"rider_id" uuid,
	"kept_until" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "viewings" DROP CONSTRAINT "viewings_shown_id_users_id_fk";
--> statement-breakpoint
DROP INDEX "connections_pair_key";
--> statement-breakpoint
ALTER TABLE "viewings" ALTER COLUMN "shown_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "former_usernames" ADD CONSTRAINT "former_usernames_rider_id_users_id_fk" FOREIGN KEY ("rider_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "former_usernames_rider_id_idx" ON "former_usernames" USING btree ("rider_id");
--> statement-breakpoint
CREATE INDEX "former_usernames_kept_until_idx" ON "former_usernames" USING btree ("kept_until") WHERE kept_until is not null;
--> statement-breakpoint
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_shown_id_users_id_fk" FOREIGN KEY ("shown_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "connections_journeys_key" ON "connections" USING btree (least("requester_journey_id", "addressee_journey_id"),greatest("requester_journey_id", "addressee_journey_id")) WHERE requester_journey_id is not null and addressee_journey_id is not null;
--> statement-breakpoint
CREATE INDEX "connections_pair_idx" ON "connections" USING btree (least("requester_id", "addressee_id"),greatest("requester_id", "addressee_id"));
--> statement-breakpoint
ALTER TABLE "blocks" DROP COLUMN "name";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION blocked_address_hash(address text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT sha256(convert_to('kairos:blocked-address:' || address, 'UTF8'))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_username() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND EXISTS (
    SELECT FROM former_usernames AS f WHERE f.name = lower(NEW.username) AND f.rider_id IS DISTINCT FROM NEW.id
  ) THEN
    RAISE unique_violation USING CONSTRAINT = 'users_username_key', MESSAGE = 'The username is still taken.';
  END IF;
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND lower(OLD.username) IS DISTINCT FROM lower(NEW.username) THEN
    INSERT INTO former_usernames AS f (name, rider_id)
    SELECT lower(OLD.username), CASE WHEN TG_OP = 'UPDATE' THEN OLD.id END WHERE OLD.username IS NOT NULL
    ON CONFLICT (name) DO UPDATE SET rider_id = excluded.rider_id, kept_until = NULL;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_username_changed AFTER INSERT OR UPDATE OF username ON users
FOR EACH ROW EXECUTE FUNCTION keep_username();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_removed AFTER DELETE ON users
FOR EACH ROW EXECUTE FUNCTION keep_username();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate integer, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (owner_id uuid, is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT j.owner_id, k.is_known
  FROM journeys AS j
  JOIN users AS u ON u.id = j.owner_id
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = j.owner_id) AS is_known
    OFFSET 0
  ) AS k
  WHERE j.no = candidate AND j.owner_id <> viewer AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = j.owner_id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION username_is_free(wanted text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM users AS u WHERE lower(u.username) = lower(wanted))
    AND NOT EXISTS (SELECT FROM former_usernames AS f WHERE f.name = lower(wanted))
$$;
--> statement-breakpoint
CREATE OR REPLACE VIEW blocked_pairs AS
SELECT blocked_id AS rider_id, blocker_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocker_id, blocked_id FROM blocks WHERE blocked_id IS NOT NULL AND named_by = 'user_id';
--> statement-breakpoint
CREATE OR REPLACE FUNCTION lock_blocked_address(address text) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock(1, (get_byte(h.hash, 0) << 2) | (get_byte(h.hash, 1) & 3))
  FROM (SELECT blocked_address_hash(address) AS hash) AS h
$$;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION apply_address_blocks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_blocked_address(NEW.email);
  UPDATE blocks AS b SET blocked_id = NEW.id WHERE b.address_hash = blocked_address_hash(NEW.email);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_address_given AFTER INSERT OR UPDATE OF email ON users
FOR EACH ROW EXECUTE FUNCTION apply_address_blocks();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION show_encounters(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, max_encounters integer,
  joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  max_shown integer, max_viewed integer, max_viewed_by_network integer
)
RETURNS TABLE (journey_no integer, reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE plpgsql VOLATILE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  asking_no integer;
  searched_reaches double precision[];
  max_new_riders integer;
  numbers integer[];
  riders uuid[];
  are_new boolean[];
  reaches double precision[];
  my_buckets integer[];
  their_buckets integer[];
  their_cells integer[];
  new_riders uuid[];
BEGIN
  SELECT j.no, CASE WHEN u.created_at > moment - interval '720 hours' THEN network END INTO asking_no, network
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.takes_part AND u.created_at <= joined_by
    AND EXISTS (SELECT FROM presence AS p WHERE p.journey_no = j.no AND p.place & 32767 > 0)
    AND (
      NOT EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = j.id AND t.kind = 'past')
        AND NOT EXISTS (SELECT FROM markers AS m WHERE m.journey_id = j.id AND m.marker_type = 'past')
      OR EXISTS (SELECT FROM journey_visits(j.id, moment) AS v WHERE v.visited_at IS NOT NULL)
    );
  IF NOT FOUND THEN
    RETURN;
  END IF;

  max_new_riders := viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network);
  SELECT array_agg(e.journey_no), array_agg(e.rider_id), array_agg(e.is_new),
    array_agg(e.reach_m), array_agg(e.my_bucket), array_agg(e.their_bucket), array_agg(e.their_cell)
  INTO numbers, riders, are_new, reaches, my_buckets, their_buckets, their_cells
  FROM (
    SELECT *
    FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, max_encounters, max_new_riders, joined_by, since, max_shown)
      WITH ORDINALITY AS e (journey_no, rider_id, is_new, reach_m, my_bucket, their_bucket, their_cell, n)
    ORDER BY e.n
  ) AS e;
  searched_reaches := ARRAY(
    SELECT s.reach_m FROM unnest(reaches_m) AS s (reach_m)
    WHERE numbers IS NULL OR cardinality(numbers) < max_encounters OR s.reach_m <= reaches[cardinality(reaches)]);
  IF numbers IS NULL THEN
    PERFORM remember_reaches(asking_no, searched_reaches);
    RETURN;
  END IF;

  IF true = ANY (are_new) THEN
    new_riders := ARRAY(
      SELECT s.rider FROM unnest(riders, are_new) WITH ORDINALITY AS s (rider, is_new, n)
      WHERE s.is_new GROUP BY 1 ORDER BY min(s.n));
    IF network IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
    END IF;
    PERFORM FROM users AS u WHERE u.id = ANY (new_riders || asking_owner) ORDER BY u.id FOR NO KEY UPDATE;
    max_new_riders := viewings_left(asking_owner, network, since, max_viewed, max_viewed_by_network);
    INSERT INTO viewings (viewer_id, shown_id, network_hash, at)
    SELECT asking_owner, s.rider, network, moment
    FROM unnest(new_riders) WITH ORDINALITY AS s (rider, n)
    JOIN users AS u ON u.id = s.rider AND u.takes_part AND u.created_at <= joined_by
    WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = s.rider AND b.blocked_id = asking_owner OFFSET 0)
      AND max_shown > (SELECT count(*) FROM viewings AS v WHERE v.shown_id = s.rider AND v.at > since)
    ORDER BY s.n LIMIT max_new_riders;
    are_new := ARRAY(
      SELECT NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      FROM unnest(riders) WITH ORDINALITY AS s (rider, n) ORDER BY s.n);
  END IF;

  INSERT INTO disclosures (journey_no, other_no, at)
  SELECT asking_no, j.no, moment
  FROM unnest(numbers, are_new) AS s (no, is_new)
  JOIN journeys AS j ON j.no = s.no
  JOIN journeys AS mine ON mine.no = asking_no
  WHERE NOT s.is_new
    AND NOT EXISTS (SELECT FROM disclosures AS d WHERE d.journey_no = asking_no AND d.other_no = s.no OFFSET 0)
  FOR KEY SHARE OF j, mine
  ON CONFLICT DO NOTHING;

  PERFORM remember_reaches(asking_no, searched_reaches);

  RETURN QUERY
  SELECT s.no, s.reach, s.mine, s.theirs, s.cell
  FROM unnest(numbers, are_new, reaches, my_buckets, their_buckets, their_cells)
    WITH ORDINALITY AS s (no, is_new, reach, mine, theirs, cell, n)
  WHERE NOT s.is_new
  ORDER BY s.n;
END
$$;
