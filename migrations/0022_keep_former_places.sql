DROP FUNCTION publish_journeys(uuid[],timestamp with time zone,double precision);
--> statement-breakpoint
DROP FUNCTION publish_journey(uuid,timestamp with time zone,double precision);
--> statement-breakpoint
DROP FUNCTION refresh_presence(uuid,timestamp with time zone);
--> statement-breakpoint
CREATE TABLE "former_places" (
	"journey_no" integer NOT NULL,
	"place" integer NOT NULL,
	"visits" bigint NOT NULL,
	"zones_revision" integer NOT NULL,
	"kept_until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "former_places_pkey" PRIMARY KEY("journey_no","place","kept_until")
);
--> statement-breakpoint
ALTER TABLE "former_places" ADD CONSTRAINT "former_places_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "former_places_kept_until_idx" ON "former_places" USING btree ("kept_until");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION former_visits(
  changed_no integer, places integer[], kept_visits bigint[], former published_plans, moment timestamptz
)
RETURNS TABLE (place integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT p.place, bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM presence AS p
  CROSS JOIN LATERAL presence_visits(p.place, p.visits) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  WHERE p.journey_no = changed_no
    AND v.cell NOT IN (
      SELECT k.cell FROM unnest(places, kept_visits) AS w (place, visits), presence_visits(w.place, w.visits) AS k)
    AND (
      v.bucket = -1
      OR least((former).first_at, (SELECT min(c.at) FROM unnest((former).camp_at) AS c (at))) <= moment + interval '8 days'
      AND (
        (v.cell, v.bucket) IN (
          SELECT c.cell, presence_bucket(c.at) FROM unnest((former).camp_cells, (former).camp_at) AS c (cell, at))
        OR EXISTS (
          SELECT FROM unnest((former).cells, (former).entries_m) AS l (cell, entry_m)
          WHERE l.cell = v.cell
            AND v.bucket >= presence_bucket((former).first_at + l.entry_m / (former).pace_m * interval '24 hours'))))
  GROUP BY 1
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
FOR EACH ROW WHEN (OLD.journey_gone_at IS NOT DISTINCT FROM NEW.journey_gone_at) EXECUTE FUNCTION record_plan();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  WITH shown AS MATERIALIZED (
    SELECT * FROM journeys AS j WHERE j.id = journey AND j.visibility <> 'private' AND NOT j.is_over
  ),
  visits AS (
    SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks) AS place, v.no AS journey_no,
      presence_visit(v.cell, v.bucket, g.columns, g.blocks) AS visits
    FROM (
      SELECT j.no, v.cell, v.bucket FROM shown AS j, shown_visits(j.id, last_night(moment)) AS v OFFSET 0
    ) AS v
    JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
    UNION ALL
    SELECT f.place, f.journey_no, f.visits
    FROM shown AS j JOIN users AS u ON u.id = j.owner_id
    JOIN former_places AS f ON f.journey_no = j.no AND f.zones_revision = u.zones_revision
    WHERE f.kept_until > last_night(moment) AND NOT is_publishing(j::journeys)
  )
  SELECT v.place, v.journey_no, bit_or(v.visits) FROM visits AS v GROUP BY 1, 2
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz, keeps_former boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
  is_hidden CONSTANT boolean := EXISTS (SELECT FROM journeys AS j WHERE j.id = journey AND is_publishing(j));
  former published_plans;
BEGIN
  SELECT * INTO former FROM published_plans AS p WHERE p.journey_id = journey;
  IF NOT is_hidden THEN
    PERFORM fix_clock(journey, moment);
    PERFORM keep_plan(journey, moment);
  END IF;
  DELETE FROM former_places AS f USING journeys AS j, users AS u
  WHERE f.journey_no = changed_no AND j.no = changed_no AND u.id = j.owner_id AND (
    f.kept_until <= last_night(moment) OR f.zones_revision <> u.zones_revision OR j.visibility = 'private' OR j.is_over);

  WITH current_presence AS MATERIALIZED (
    SELECT w.place, w.visits FROM wanted_presence(journey, moment) AS w
  ), former_now AS (
    INSERT INTO former_places AS f (journey_no, place, visits, zones_revision, kept_until)
    SELECT changed_no, o.place, o.visits, u.zones_revision, moment + greatest(48, j.delay_h) * interval '1 hour'
    FROM (SELECT array_agg(w.place) AS places, array_agg(w.visits) AS visits FROM current_presence AS w) AS kept
    CROSS JOIN LATERAL former_visits(changed_no, kept.places, kept.visits, former, moment) AS o
    JOIN journeys AS j ON j.no = changed_no JOIN users AS u ON u.id = j.owner_id
    WHERE keeps_former AND j.visibility <> 'private' AND NOT j.is_over
    -- A plan of 20,000 km has fewer places. More would let a rider be in many places at once.
    LIMIT greatest(0, 1000 - (SELECT count(*) FROM former_places AS c WHERE c.journey_no = changed_no))
    ON CONFLICT (journey_no, place, kept_until) DO UPDATE SET visits = f.visits | excluded.visits
    RETURNING f.place, f.visits
  ), wanted AS MATERIALIZED (
    SELECT w.place, bit_or(w.visits) AS visits
    FROM (SELECT * FROM current_presence UNION ALL SELECT * FROM former_now) AS w
    WHERE NOT is_hidden GROUP BY 1
  ), gone AS (
    DELETE FROM presence AS p
    WHERE p.journey_no = changed_no AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.place = p.place)
  )
  INSERT INTO presence AS p (place, journey_no, visits)
  SELECT w.place, changed_no, w.visits FROM wanted AS w
  ON CONFLICT (place, journey_no) DO UPDATE SET visits = excluded.visits WHERE p.visits <> excluded.visits;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journey(journey uuid, moment timestamptz, max_work double precision, keeps_former boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner uuid;
  revision integer;
  cuts jsonb;
BEGIN
  SELECT u.id, u.zones_revision INTO owner, revision
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id WHERE j.id = journey AND j.visibility <> 'private';
  IF FOUND THEN
    SELECT jsonb_agg(jsonb_build_object('id', t.id, 'joins_before', t.joins_before, 'joins_after', t.joins_after, 'from_m', s.from_m, 'to_m', s.to_m, 'along_m', s.along_m,
      'from_at', s.from_at, 'published_m', s.published_m)) INTO cuts
    FROM (
      SELECT b.id, sum(300 + b.point_count) OVER (ORDER BY b.kind, b.ordinal) - 300 - b.point_count AS work_before
      FROM tracks AS b WHERE b.journey_id = journey AND b.zones_revision IS DISTINCT FROM revision
    ) AS behind
    JOIN tracks AS t ON t.id = behind.id
    CROSS JOIN LATERAL shown_pieces(
      owner, joined_line(t), t.recorded_at, t.distance_m, t.joins_before IS TRUE, t.joins_after IS TRUE) AS s
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
    FROM jsonb_to_recordset(cuts) AS c (id uuid, joins_before boolean, joins_after boolean, from_m double precision[],
      to_m double precision[], along_m double precision[], from_at timestamptz[], published_m double precision)
    WHERE t.id = c.id AND (t.joins_before, t.joins_after) IS NOT DISTINCT FROM (c.joins_before, c.joins_after);
    IF EXISTS (SELECT FROM tracks AS t WHERE t.journey_id = journey AND t.zones_revision IS DISTINCT FROM revision) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE journeys AS j SET publishing_since = NULL WHERE j.id = journey AND j.publishing_since IS NOT NULL;
  PERFORM record_rides(journey, moment);
  PERFORM refresh_presence(journey, moment, keeps_former);
  RETURN true;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION continue_publishing(owner uuid, moment timestamptz, max_work double precision) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  waiting uuid;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('publishing ' || owner, 0)) THEN
    RETURN NULL;
  END IF;
  SELECT j.id INTO waiting FROM journeys AS j
  WHERE j.owner_id = owner AND is_publishing(j)
  ORDER BY j.publishing_since, j.id LIMIT 1;
  IF FOUND THEN
    PERFORM publish_journey(waiting, moment, max_work, false);
  END IF;
  RETURN waiting;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION publish_journeys(chosen uuid[], moment timestamptz, max_work double precision, keeps_former boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  candidate record;
BEGIN
  PERFORM find_joins(j.id) FROM journeys AS j WHERE j.id = ANY (chosen) AND j.visibility <> 'private';
  FOR candidate IN
    SELECT j.id, sum(w.work) OVER (ORDER BY w.work, j.id) <= max_work AS is_little
    FROM journeys AS j CROSS JOIN LATERAL (SELECT publishing_work(j) AS work) AS w
    WHERE j.id = ANY (chosen) ORDER BY w.work, j.id
  LOOP
    IF candidate.is_little THEN
      PERFORM publish_journey(candidate.id, moment, 'infinity', keeps_former);
    ELSE
      UPDATE journeys AS j SET publishing_since = coalesce(j.publishing_since, moment) WHERE j.id = candidate.id;
      PERFORM refresh_presence(candidate.id, moment, keeps_former);
    END IF;
  END LOOP;
END
$$;
