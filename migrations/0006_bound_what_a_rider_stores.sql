CREATE TABLE "daily_counts" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"made" integer NOT NULL,
	CONSTRAINT "daily_counts_pkey" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
CREATE TABLE "journey_sizes" (
	"journey_id" uuid PRIMARY KEY NOT NULL,
	"lines" integer NOT NULL,
	"points" integer NOT NULL,
	"markers" integer NOT NULL,
	"imports" integer NOT NULL,
	"bytes" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tracks" ADD COLUMN "bytes" integer;
--> statement-breakpoint
UPDATE "tracks" SET "bytes" = ST_MemSize("line") + 8 * coalesce(cardinality("recorded_at"), 0) + 20 * cardinality("cells");
--> statement-breakpoint
ALTER TABLE "tracks" ALTER COLUMN "bytes" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "daily_counts" ADD CONSTRAINT "daily_counts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "journey_sizes" ADD CONSTRAINT "journey_sizes_journey_id_journeys_id_fk" FOREIGN KEY ("journey_id") REFERENCES "public"."journeys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "daily_counts_started_at_idx" ON "daily_counts" USING btree ("started_at");
--> statement-breakpoint
CREATE INDEX "disclosures_at_idx" ON "disclosures" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "viewings_at_idx" ON "viewings" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "idempotency_keys_user_id_idx" ON "idempotency_keys" USING btree ("user_id","created_at","key_hash");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION add_to_size(
  journey uuid, more_lines bigint, more_points bigint, more_markers bigint, more_imports bigint, more_bytes bigint
) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO journey_sizes AS s (journey_id, lines, points, markers, imports, bytes)
  SELECT j.id, more_lines, more_points, more_markers, more_imports, more_bytes FROM journeys AS j WHERE j.id = journey
  ON CONFLICT (journey_id) DO UPDATE SET
    lines = s.lines + excluded.lines, points = s.points + excluded.points, markers = s.markers + excluded.markers,
    imports = s.imports + excluded.imports, bytes = s.bytes + excluded.bytes
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_imports() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(i.journey_id, 0, 0, 0, -count(*), 0) FROM removed AS i GROUP BY i.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(i.journey_id, 0, 0, 0, count(*), 0) FROM added AS i GROUP BY i.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_added AFTER INSERT ON imports REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_changed AFTER UPDATE ON imports REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER imports_removed AFTER DELETE ON imports REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_imports();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_lines() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(t.journey_id, -count(*), -sum(t.point_count), 0, 0, -sum(t.bytes)) FROM removed AS t
    GROUP BY t.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(t.journey_id, count(*), sum(t.point_count), 0, 0, sum(t.bytes)) FROM added AS t
    GROUP BY t.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_added AFTER INSERT ON tracks REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_changed AFTER UPDATE ON tracks REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER lines_removed AFTER DELETE ON tracks REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_lines();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_markers() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM add_to_size(m.journey_id, 0, 0, -count(*), 0, -sum(octet_length(m.name) + octet_length(m.notes)))
    FROM removed AS m GROUP BY m.journey_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM add_to_size(m.journey_id, 0, 0, count(*), 0, sum(octet_length(m.name) + octet_length(m.notes)))
    FROM added AS m GROUP BY m.journey_id;
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_added AFTER INSERT ON markers REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_changed AFTER UPDATE ON markers REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER markers_removed AFTER DELETE ON markers REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_markers();
--> statement-breakpoint
INSERT INTO journey_sizes (journey_id, lines, points, markers, imports, bytes)
SELECT j.id, t.lines, t.points, m.markers, i.imports, t.bytes + m.bytes
FROM journeys AS j
CROSS JOIN LATERAL (
  SELECT count(*) AS lines, coalesce(sum(point_count), 0) AS points, coalesce(sum(bytes), 0) AS bytes
  FROM tracks WHERE journey_id = j.id
) AS t
CROSS JOIN LATERAL (
  SELECT count(*) AS markers, coalesce(sum(octet_length(name) + octet_length(notes)), 0) AS bytes
  FROM markers WHERE journey_id = j.id
) AS m
CROSS JOIN LATERAL (SELECT count(*) AS imports FROM imports WHERE journey_id = j.id) AS i;
