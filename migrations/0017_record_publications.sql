CREATE TABLE "publications" (
	"journey_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"owner_id" uuid NOT NULL,
	"outlet" text NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	"visibility" text,
	"first_at" timestamp (3) with time zone,
	"last_at" timestamp (3) with time zone,
	"pace_m" double precision,
	"camps" integer,
	"track_id" uuid,
	"shown_at" timestamp (3) with time zone,
	CONSTRAINT "publications_pkey" PRIMARY KEY("journey_id","number")
);
--> statement-breakpoint
CREATE INDEX "publications_owner_id_idx" ON "publications" USING btree ("owner_id");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION forget_rider() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE former_journey_ids AS f SET rider_id = NULL WHERE f.rider_id = OLD.id;
  DELETE FROM publications AS p WHERE p.owner_id = OLD.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_forgotten AFTER DELETE ON users
FOR EACH ROW EXECUTE FUNCTION forget_rider();
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM record_publication(NEW.journey_id, NEW.owner_id, NEW.updated_at, 'plan', pace_m => NEW.pace_m,
    camps => cardinality(NEW.camp_at),
    first_at => least(NEW.first_at, (SELECT min(at) FROM unnest(NEW.camp_at) AS at)),
    last_at => greatest(
      NEW.first_at + NEW.entries_m[cardinality(NEW.entries_m)] / NEW.pace_m * interval '24 hours',
      (SELECT max(at) FROM unnest(NEW.camp_at) AS at)));
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER published_plans_changed AFTER UPDATE ON published_plans
FOR EACH ROW EXECUTE FUNCTION record_plan();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_rides(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
BEGIN
  PERFORM record_publication(j.id, j.owner_id, moment, 'ride', first_at => r.first_at, last_at => r.last_at,
    track => t.id, shown_at => r.shown_at)
  FROM journeys AS j JOIN tracks AS t ON t.journey_id = j.id AND t.kind = 'past'
  CROSS JOIN LATERAL (
    SELECT min(e.at) AS first_at, max(e.at) AS last_at,
      greatest(t.created_at, min(e.at)) + j.delay_h * interval '1 hour' AS shown_at
    FROM unnest(t.cell_entries_at) AS e (at)
  ) AS r
  WHERE j.id = journey AND j.visibility <> 'private' AND cardinality(t.shown_from_m) > 0
    AND r.shown_at IS DISTINCT FROM (
      SELECT p.shown_at FROM publications AS p WHERE p.journey_id = journey AND p.track_id = t.id
      ORDER BY p.number DESC LIMIT 1);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION record_visibility() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM record_publication(NEW.id, NEW.owner_id, NEW.updated_at, 'visibility', visibility => NEW.visibility);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_made_visible AFTER INSERT ON journeys
FOR EACH ROW WHEN (NEW.visibility <> 'private') EXECUTE FUNCTION record_visibility();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER journeys_visibility_changed AFTER UPDATE OF visibility ON journeys
FOR EACH ROW WHEN (OLD.visibility <> NEW.visibility) EXECUTE FUNCTION record_visibility();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
  cuts jsonb;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    SELECT jsonb_agg(jsonb_build_object('id', t.id, 'from_m', s.from_m, 'to_m', s.to_m, 'along_m', s.along_m,
      'from_at', s.from_at, 'published_m', s.published_m)) INTO cuts
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    JOIN tracks AS t ON t.id = behind.id
    CROSS JOIN LATERAL shown_pieces(owner, t.line, t.recorded_at, t.distance_m) AS s
    WHERE behind.work_before < max_work;
  END IF;

  PERFORM FROM journeys AS j WHERE j.id = journey FOR NO KEY UPDATE;
  IF owner IS NOT NULL THEN
    IF revision IS DISTINCT FROM (SELECT u.zones_revision FROM users AS u WHERE u.id = owner) THEN
      RETURN false;
    END IF;
    UPDATE tracks AS t
    SET zones_revision = revision, shown_from_m = c.from_m, shown_to_m = c.to_m, shown_along_m = c.along_m,
      shown_from_at = c.from_at, published_m = c.published_m
    FROM jsonb_to_recordset(cuts) AS c (id uuid, from_m double precision[], to_m double precision[],
      along_m double precision[], from_at timestamptz[], published_m double precision)
    WHERE t.id = c.id;
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM record_rides(journey, moment);
  PERFORM refresh_presence(journey, moment);
  RETURN true;
END
$$;
