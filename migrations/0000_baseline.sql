CREATE EXTENSION IF NOT EXISTS postgis;
--> statement-breakpoint
-- The Worker's role: it changes rows, never the schema.
DO $$
BEGIN
  CREATE ROLE kairos_app NOINHERIT LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO kairos_app;
--> statement-breakpoint
-- Statements are short: compiling one costs more than running it.
ALTER ROLE kairos_app SET jit = off;
--> statement-breakpoint
ALTER ROLE kairos_app SET statement_timeout = '10s';
--> statement-breakpoint
-- For every table and view that is made from here on.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO kairos_app;
--> statement-breakpoint
-- Readiness asks whether all migrations are applied.
GRANT SELECT ON kairos_migrations TO kairos_app;
--> statement-breakpoint
CREATE SEQUENCE journeys_no_seq AS integer MAXVALUE 2147483646;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE journeys_no_seq TO kairos_app;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION next_journey_no() RETURNS integer
LANGUAGE sql VOLATILE AS $$
  SELECT (nextval('journeys_no_seq') * 1640531527 % 2147483647)::integer
$$;
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"secret_hash" bytea NOT NULL,
	"scopes" text[] NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"action" text NOT NULL,
	"actor_id" uuid,
	"subject_id" uuid,
	"request_id" text NOT NULL,
	"network_hash" bytea NOT NULL,
	"user_agent" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"was_locked" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "password_resets" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"token_hash" bytea NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "password_resets_token_hash_key" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "registrations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"username" text,
	"password_hash" text NOT NULL,
	"token_hash" bytea NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"blocker_id" uuid NOT NULL,
	"blocked_id" uuid,
	"named_by" text NOT NULL,
	"address_hash" bytea,
	"label" text,
	"name" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"requester_id" uuid NOT NULL,
	"addressee_id" uuid NOT NULL,
	"requester_journey_id" uuid,
	"addressee_journey_id" uuid,
	"message" text NOT NULL,
	"state" text NOT NULL,
	"is_withdrawn" boolean DEFAULT false NOT NULL,
	"requester_exact" boolean DEFAULT false NOT NULL,
	"addressee_exact" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "crowds" (
	"level" smallint NOT NULL,
	"cell" integer NOT NULL,
	"bucket" integer NOT NULL,
	"riders" integer NOT NULL,
	CONSTRAINT "crowds_pkey" PRIMARY KEY("level","cell","bucket")
);
--> statement-breakpoint
CREATE TABLE "disclosures" (
	"journey_no" integer NOT NULL,
	"other_no" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "disclosures_pkey" PRIMARY KEY("journey_no","other_no")
);
--> statement-breakpoint
CREATE TABLE "presence" (
	"place" integer NOT NULL,
	"journey_no" integer NOT NULL,
	"visits" bigint NOT NULL,
	-- With the bits, so that a search reads the index alone.
	CONSTRAINT "presence_pkey" PRIMARY KEY("place","journey_no") INCLUDE ("visits")
);
--> statement-breakpoint
CREATE TABLE "presence_reaches" (
	"journey_no" integer NOT NULL,
	"reach_m" double precision NOT NULL,
	"made_of" bytea NOT NULL,
	"blocks" integer[] NOT NULL,
	"buckets" integer[] NOT NULL,
	"cells" bigint[] NOT NULL,
	CONSTRAINT "presence_reaches_pkey" PRIMARY KEY("journey_no","reach_m")
);
--> statement-breakpoint
CREATE TABLE "digest_encounters" (
	"journey_no" integer NOT NULL,
	"other_no" integer NOT NULL,
	"mail_id" uuid,
	CONSTRAINT "digest_encounters_pkey" PRIMARY KEY("journey_no","other_no")
);
--> statement-breakpoint
CREATE TABLE "viewings" (
	"viewer_id" uuid,
	"shown_id" uuid NOT NULL,
	"network_hash" bytea,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"key_hash" bytea NOT NULL,
	"request_hash" bytea NOT NULL,
	"operation" text NOT NULL,
	"resource_ids" uuid[] NOT NULL,
	"status" smallint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("user_id","key_hash")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"journey_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"receipt" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "journeys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'planned' NOT NULL,
	"visibility" text DEFAULT 'private' NOT NULL,
	"starts_on" date,
	"daily_distance_m" double precision,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"no" integer DEFAULT next_journey_no() NOT NULL,
	"shift_s" integer NOT NULL,
	"delay_h" integer DEFAULT 48 NOT NULL,
	"skew" double precision NOT NULL,
	CONSTRAINT "journeys_no_key" UNIQUE("no"),
	CONSTRAINT "journeys_daily_distance_positive" CHECK (daily_distance_m > 0),
	CONSTRAINT "journeys_delay_within_a_week" CHECK (delay_h between 0 and 168)
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"address_hash" bytea NOT NULL,
	"sealed" bytea,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"share" text DEFAULT 'request' NOT NULL,
	"claimed_at" timestamp (3) with time zone,
	"digest_rider_id" uuid
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"address_hash" bytea PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "markers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"journey_id" uuid NOT NULL,
	"name" text NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"marker_type" text NOT NULL,
	"position" geography(Point,4326) NOT NULL,
	"elevation_m" double precision,
	"cell" integer NOT NULL,
	"at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rider_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"connection_id" uuid,
	"journey_id" uuid,
	"is_read" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "oauth_codes" (
	"code_hash" bytea PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"subject" text NOT NULL,
	"email" text,
	"is_email_verified" boolean NOT NULL,
	"name" text NOT NULL,
	"code_challenge" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	"session_id" uuid
);
--> statement-breakpoint
CREATE TABLE "oauth_states" (
	"state_hash" bytea PRIMARY KEY NOT NULL,
	"browser_hash" bytea NOT NULL,
	"provider" text NOT NULL,
	"return_to" text NOT NULL,
	"code_challenge" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "privacy_zones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"longitude" double precision NOT NULL,
	"latitude" double precision NOT NULL,
	"radius_m" integer NOT NULL,
	"cover_longitude" double precision NOT NULL,
	"cover_latitude" double precision NOT NULL,
	"cover_radius_m" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"reporter_id" uuid NOT NULL,
	"reported_id" uuid,
	"named_by" text NOT NULL,
	"reason" text NOT NULL,
	"message" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"settled_by" uuid,
	"settled_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_made_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"counter" integer DEFAULT 0 NOT NULL,
	"reuse_count" integer DEFAULT 0 NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"authenticated_at" timestamp (3) with time zone NOT NULL,
	"rotated_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_because" text,
	"place" text
);
--> statement-breakpoint
CREATE TABLE "tracks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"journey_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"ordinal" integer NOT NULL,
	"name" text,
	"line" geometry(MultiLineStringZM,4326) NOT NULL,
	"has_elevation" boolean NOT NULL,
	"recorded_at" timestamp (3) with time zone[],
	"point_count" integer NOT NULL,
	"distance_m" double precision NOT NULL,
	"ascent_m" double precision,
	"cells" integer[] NOT NULL,
	"cell_entries_m" double precision[] NOT NULL,
	"cell_entries_at" timestamp (3) with time zone[],
	"created_at" timestamp (3) with time zone NOT NULL,
	"shown_from_m" double precision[] DEFAULT '{}' NOT NULL,
	"shown_to_m" double precision[] DEFAULT '{}' NOT NULL,
	"shown_along_m" double precision[] DEFAULT '{}' NOT NULL,
	"shown_from_at" timestamp (3) with time zone[] DEFAULT '{}' NOT NULL,
	"published_m" double precision DEFAULT 0 NOT NULL,
	"zones_revision" integer
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"username" text,
	"name" text NOT NULL,
	"bio" text DEFAULT '' NOT NULL,
	"country" text,
	"password_hash" text,
	"role" text DEFAULT 'user' NOT NULL,
	"is_adult" boolean DEFAULT false NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"riders_near" text DEFAULT 'never' NOT NULL,
	"next_digest_at" timestamp (3) with time zone,
	"privacy_zones" text DEFAULT 'undecided' NOT NULL,
	"zones_revision" integer DEFAULT 0 NOT NULL,
	"hidden_at" timestamp (3) with time zone,
	"is_on_show" boolean GENERATED ALWAYS AS (disabled_at is null and hidden_at is null) STORED NOT NULL
);
--> statement-breakpoint
-- The arithmetic of every row of the grid, so that a search repeats none of it. Four rows are a band, which is cut into
-- blocks at the same longitudes in each of its rows, so that a block has at most eight cells of each row.
CREATE TABLE "grid_rows" (
	"grid_row" integer PRIMARY KEY NOT NULL,
	"columns" integer NOT NULL,
	"width" double precision NOT NULL,
	"poleward_cosine" double precision NOT NULL,
	"blocks" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocker_id_users_id_fk" FOREIGN KEY ("blocker_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocked_id_users_id_fk" FOREIGN KEY ("blocked_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_id_users_id_fk" FOREIGN KEY ("requester_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_id_users_id_fk" FOREIGN KEY ("addressee_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_journey_id_journeys_id_fk" FOREIGN KEY ("requester_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_journey_id_journeys_id_fk" FOREIGN KEY ("addressee_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_other_no_journeys_no_fk" FOREIGN KEY ("other_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "presence" ADD CONSTRAINT "presence_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "presence_reaches" ADD CONSTRAINT "presence_reaches_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "digest_encounters" ADD CONSTRAINT "digest_encounters_journey_no_journeys_no_fk" FOREIGN KEY ("journey_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "digest_encounters" ADD CONSTRAINT "digest_encounters_other_no_journeys_no_fk" FOREIGN KEY ("other_no") REFERENCES "public"."journeys"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "digest_encounters" ADD CONSTRAINT "digest_encounters_mail_id_outbox_id_fk" FOREIGN KEY ("mail_id") REFERENCES "public"."outbox"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_viewer_id_users_id_fk" FOREIGN KEY ("viewer_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "viewings" ADD CONSTRAINT "viewings_shown_id_users_id_fk" FOREIGN KEY ("shown_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_journey_id_journeys_id_fk" FOREIGN KEY ("journey_id") REFERENCES "public"."journeys"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "journeys" ADD CONSTRAINT "journeys_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_digest_rider_id_users_id_fk" FOREIGN KEY ("digest_rider_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "markers" ADD CONSTRAINT "markers_journey_id_journeys_id_fk" FOREIGN KEY ("journey_id") REFERENCES "public"."journeys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_rider_id_users_id_fk" FOREIGN KEY ("rider_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_journey_id_journeys_id_fk" FOREIGN KEY ("journey_id") REFERENCES "public"."journeys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "oauth_codes" ADD CONSTRAINT "oauth_codes_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "privacy_zones" ADD CONSTRAINT "privacy_zones_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_reporter_id_users_id_fk" FOREIGN KEY ("reporter_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_reported_id_users_id_fk" FOREIGN KEY ("reported_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "tracks" ADD CONSTRAINT "tracks_journey_id_journeys_id_fk" FOREIGN KEY ("journey_id") REFERENCES "public"."journeys"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_prefix_key" ON "api_keys" USING btree ("prefix");
--> statement-breakpoint
CREATE INDEX "api_keys_user_id_idx" ON "api_keys" USING btree ("user_id","created_at");
--> statement-breakpoint
CREATE INDEX "audit_actor_id_idx" ON "audit" USING btree ("actor_id","at");
--> statement-breakpoint
CREATE INDEX "audit_subject_id_idx" ON "audit" USING btree ("subject_id","at");
--> statement-breakpoint
CREATE INDEX "audit_action_idx" ON "audit" USING btree ("action","at");
--> statement-breakpoint
CREATE INDEX "audit_at_idx" ON "audit" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "attempts_last_at_idx" ON "attempts" USING btree ("last_at");
--> statement-breakpoint
CREATE INDEX "password_resets_expires_at_idx" ON "password_resets" USING btree ("expires_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "registrations_token_hash_key" ON "registrations" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "registrations_email_idx" ON "registrations" USING btree ("email","created_at");
--> statement-breakpoint
CREATE INDEX "registrations_expires_at_idx" ON "registrations" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "blocks_blocker_id_idx" ON "blocks" USING btree ("blocker_id","blocked_id");
--> statement-breakpoint
CREATE INDEX "blocks_blocked_id_idx" ON "blocks" USING btree ("blocked_id","blocker_id");
--> statement-breakpoint
CREATE INDEX "blocks_address_hash_idx" ON "blocks" USING btree ("address_hash") WHERE address_hash is not null;
--> statement-breakpoint
CREATE INDEX "blocks_list_idx" ON "blocks" USING btree ("blocker_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "connections_pair_key" ON "connections" USING btree (least("requester_id", "addressee_id"),greatest("requester_id", "addressee_id"));
--> statement-breakpoint
CREATE INDEX "connections_requester_id_idx" ON "connections" USING btree ("requester_id","asked_at","id");
--> statement-breakpoint
CREATE INDEX "connections_addressee_id_idx" ON "connections" USING btree ("addressee_id","asked_at","id");
--> statement-breakpoint
CREATE INDEX "connections_requester_journey_id_idx" ON "connections" USING btree ("requester_journey_id");
--> statement-breakpoint
CREATE INDEX "connections_addressee_journey_id_idx" ON "connections" USING btree ("addressee_journey_id");
--> statement-breakpoint
CREATE INDEX "disclosures_other_no_idx" ON "disclosures" USING btree ("other_no");
--> statement-breakpoint
CREATE INDEX "presence_journey_no_idx" ON "presence" USING btree ("journey_no");
--> statement-breakpoint
CREATE INDEX "digest_encounters_other_no_idx" ON "digest_encounters" USING btree ("other_no");
--> statement-breakpoint
CREATE INDEX "digest_encounters_mail_id_idx" ON "digest_encounters" USING btree ("mail_id") WHERE mail_id is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX "viewings_viewer_id_shown_id_key" ON "viewings" USING btree ("viewer_id","shown_id");
--> statement-breakpoint
CREATE INDEX "viewings_viewer_id_idx" ON "viewings" USING btree ("viewer_id","at");
--> statement-breakpoint
CREATE INDEX "viewings_shown_id_idx" ON "viewings" USING btree ("shown_id","at");
--> statement-breakpoint
CREATE INDEX "viewings_network_hash_idx" ON "viewings" USING btree ("network_hash","at") WHERE network_hash is not null;
--> statement-breakpoint
CREATE INDEX "imports_journey_id_idx" ON "imports" USING btree ("journey_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "journeys_one_active_key" ON "journeys" USING btree ("owner_id") WHERE status = 'active';
--> statement-breakpoint
CREATE INDEX "journeys_owner_id_idx" ON "journeys" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "outbox_address_hash_idx" ON "outbox" USING btree ("address_hash","created_at");
--> statement-breakpoint
CREATE INDEX "outbox_due_idx" ON "outbox" USING btree ("next_attempt_at") WHERE sent_at is null;
--> statement-breakpoint
CREATE INDEX "outbox_created_at_idx" ON "outbox" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "outbox_digest_rider_id_idx" ON "outbox" USING btree ("digest_rider_id") WHERE digest_rider_id is not null;
--> statement-breakpoint
CREATE INDEX "outbox_sent_at_idx" ON "outbox" USING btree ("sent_at") WHERE sent_at is not null;
--> statement-breakpoint
CREATE INDEX "suppressions_until_idx" ON "suppressions" USING btree ("until");
--> statement-breakpoint
CREATE INDEX "markers_in_order_idx" ON "markers" USING btree ("journey_id",coalesce(at, 'infinity'),"id");
--> statement-breakpoint
CREATE INDEX "notifications_rider_id_idx" ON "notifications" USING btree ("rider_id","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_connection_id_key" ON "notifications" USING btree ("connection_id","rider_id","kind");
--> statement-breakpoint
CREATE INDEX "notifications_journey_id_idx" ON "notifications" USING btree ("journey_id");
--> statement-breakpoint
CREATE INDEX "notifications_created_at_idx" ON "notifications" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "identities_subject_key" ON "identities" USING btree ("provider","subject");
--> statement-breakpoint
CREATE INDEX "identities_user_id_idx" ON "identities" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "oauth_codes_expires_at_idx" ON "oauth_codes" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "oauth_codes_session_id_idx" ON "oauth_codes" USING btree ("session_id");
--> statement-breakpoint
CREATE INDEX "oauth_codes_email_idx" ON "oauth_codes" USING btree ("email");
--> statement-breakpoint
CREATE INDEX "oauth_states_expires_at_idx" ON "oauth_states" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "privacy_zones_owner_id_idx" ON "privacy_zones" USING btree ("owner_id","id");
--> statement-breakpoint
CREATE INDEX "reports_reporter_id_idx" ON "reports" USING btree ("reporter_id","last_made_at");
--> statement-breakpoint
CREATE INDEX "reports_reported_id_idx" ON "reports" USING btree ("reported_id","reporter_id");
--> statement-breakpoint
CREATE INDEX "reports_settled_by_idx" ON "reports" USING btree ("settled_by") WHERE settled_by is not null;
--> statement-breakpoint
CREATE INDEX "reports_list_idx" ON "reports" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "reports_state_idx" ON "reports" USING btree ("state","created_at","id");
--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id","last_used_at");
--> statement-breakpoint
CREATE INDEX "sessions_expires_at_idx" ON "sessions" USING btree ("expires_at");
--> statement-breakpoint
CREATE INDEX "sessions_last_used_at_idx" ON "sessions" USING btree ("last_used_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "tracks_ordinal_key" ON "tracks" USING btree ("journey_id","kind","ordinal");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree (lower("username"));
--> statement-breakpoint
CREATE INDEX "users_email_prefix_idx" ON "users" USING btree ("email" text_pattern_ops);
--> statement-breakpoint
CREATE INDEX "users_username_prefix_idx" ON "users" USING btree (lower("username") text_pattern_ops);
--> statement-breakpoint
CREATE INDEX "users_name_prefix_idx" ON "users" USING btree (lower("name") text_pattern_ops);
--> statement-breakpoint
CREATE INDEX "users_by_role_idx" ON "users" USING btree ("role","id") WHERE role <> 'user';
--> statement-breakpoint
CREATE INDEX "users_digest_due_idx" ON "users" USING btree ("next_digest_at","id") WHERE riders_near <> 'never' and is_adult and is_on_show;
--> statement-breakpoint
CREATE INDEX "users_disabled_idx" ON "users" USING btree ("id") WHERE disabled_at is not null;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION best_meetings(
  journey_nos integer[], near_blocks integer[], near_buckets integer[], near_cells bigint[], buckets_apart integer
)
RETURNS TABLE (n integer, my_bucket integer, their_bucket integer, their_cell integer)
LANGUAGE sql STABLE AS $$
  SELECT m.n::integer, m.mine, m.theirs,
    (g.grid_row << 11) + (((m.place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (m.bit & 7)
  FROM (
    SELECT DISTINCT ON (s.n) s.n, near.bucket AS mine, t.bucket AS theirs, p.place,
      round(ln((t.cells & near.cells & -(t.cells & near.cells))::float8) / ln(2))::integer AS bit
    FROM unnest(journey_nos) WITH ORDINALITY AS s (no, n)
    CROSS JOIN LATERAL (SELECT o.place, o.visits FROM presence AS o WHERE o.journey_no = s.no OFFSET 0) AS p
    CROSS JOIN LATERAL (
      SELECT ((p.place & 32767) - 1) * 2 + half AS bucket, (p.visits >> (32 * half)) & 4294967295 AS cells
      FROM generate_series(0, 1) AS half
    ) AS t
    JOIN unnest(near_blocks, near_buckets, near_cells) AS near (block, bucket, cells)
      ON near.block = p.place >> 15 AND t.cells & near.cells <> 0
        AND (buckets_apart IS NULL
          OR (t.bucket >= 0 AND near.bucket >= 0 AND abs(t.bucket - near.bucket) <= buckets_apart))
    ORDER BY s.n, CASE WHEN buckets_apart IS NULL THEN 0 ELSE abs(t.bucket - near.bucket) END, near.bucket, t.bucket,
      p.place
  ) AS m
  JOIN grid_rows AS g ON g.grid_row = (m.place >> 23) * 4 + (m.bit >> 3)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION degrees_east(from_longitude double precision, to_longitude double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_longitude - from_longitude - 360 * round((to_longitude - from_longitude) / 360)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ensure(condition boolean, guard text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF condition IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KA001', MESSAGE = guard;
  END IF;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION forget_reaches() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  changed_no integer;
BEGIN
  FOR changed_no IN SELECT DISTINCT c.journey_no FROM changed AS c LOOP
    DELETE FROM presence_reaches AS r WHERE r.journey_no = changed_no;
  END LOOP;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_added AFTER INSERT ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_changed AFTER UPDATE ON presence REFERENCING NEW TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER presence_removed AFTER DELETE ON presence REFERENCING OLD TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION forget_reaches();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grid_poleward_cosine(grid_row integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(0, cos(radians(greatest(abs(grid_row * 0.225 - 90), abs((grid_row + 1) * 0.225 - 90))::float8)))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_visits(journey uuid, moment timestamptz)
RETURNS TABLE (cell integer, visited_at timestamptz, along_m double precision)
LANGUAGE sql STABLE ROWS 300 AS $$
  WITH schedule AS (
    SELECT starts_on::timestamp AT TIME ZONE 'UTC' AS first_day, daily_distance_m, owner_id,
      moment - greatest(48, delay_h) * interval '1 hour' AS latest
    FROM journeys WHERE id = journey
  ),
  lines AS (
    SELECT t.*, sum(published_m) OVER (PARTITION BY kind ORDER BY ordinal) - published_m AS start_m
    FROM tracks AS t WHERE journey_id = journey
  ),
  whole AS (
    SELECT l.id, p.cell, p.entered_at, p.entry_m,
      lead(p.entry_m, 1, l.distance_m) OVER (PARTITION BY l.id ORDER BY p.n) AS exit_m
    FROM lines AS l,
      unnest(l.cells, l.cell_entries_m, l.cell_entries_at) WITH ORDINALITY AS p (cell, entry_m, entered_at, n)
  ),
  passages AS (
    SELECT l.kind, p.cell, CASE WHEN p.entry_m >= s.from_m THEN p.entered_at ELSE s.from_at END AS entered_at,
      l.start_m + s.along_m + greatest(p.entry_m - s.from_m, 0) AS from_m,
      l.start_m + s.along_m + least(p.exit_m, s.to_m) - s.from_m AS to_m
    FROM lines AS l
    CROSS JOIN LATERAL unnest(l.shown_from_m, l.shown_to_m, l.shown_along_m, l.shown_from_at)
      AS s (from_m, to_m, along_m, from_at)
    JOIN whole AS p ON p.id = l.id AND p.entry_m <= s.to_m AND p.exit_m > s.from_m
  )
  SELECT p.cell, s.first_day + at_m / s.daily_distance_m * interval '24 hours', at_m
  FROM passages AS p, schedule AS s,
    generate_series(floor(p.from_m / s.daily_distance_m)::integer, floor(p.to_m / s.daily_distance_m)::integer + 1) AS day
    CROSS JOIN LATERAL (SELECT least(greatest(p.from_m, day * s.daily_distance_m), p.to_m) AS at_m) AS step
  WHERE p.kind = 'plan' AND s.first_day IS NOT NULL AND s.daily_distance_m IS NOT NULL
  UNION ALL
  SELECT p.cell, NULL, p.from_m
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'plan' AND (s.first_day IS NULL OR s.daily_distance_m IS NULL)
  UNION ALL
  SELECT p.cell, p.entered_at, p.from_m
  FROM passages AS p, schedule AS s
  WHERE p.kind = 'past' AND p.entered_at BETWEEN moment - interval '29 days' AND s.latest
  UNION ALL
  SELECT m.cell, m.at, NULL
  FROM markers AS m, schedule AS s
  WHERE m.journey_id = journey
    AND (m.marker_type = 'plan' OR m.at BETWEEN moment - interval '29 days' AND s.latest)
    AND NOT EXISTS (
      SELECT FROM privacy_zones AS z
      WHERE z.owner_id = s.owner_id
        AND ST_DWithin(m.position, ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography, z.cover_radius_m)
    )
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION live_role(session uuid, rider uuid, moment timestamptz) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT u.role FROM sessions AS s JOIN users AS u ON u.id = s.user_id
    WHERE s.id = session AND s.user_id = rider AND s.revoked_at IS NULL AND s.expires_at > moment
      AND u.disabled_at IS NULL
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION near_journeys(
  places integer[], visits bigint[], blocks integer[], cells bigint[], buckets_apart integer,
  first_part integer, last_part integer
)
RETURNS TABLE (no integer)
LANGUAGE sql STABLE AS $$
  SELECT p.journey_no
  FROM unnest(places, visits) AS w (place, visits)
  CROSS JOIN LATERAL (
    SELECT o.journey_no FROM presence AS o
    WHERE o.place = w.place AND o.journey_no BETWEEN first_part << 26 AND (last_part << 26) | 67108863
      AND o.visits & w.visits <> 0
    OFFSET 0
  ) AS p
  UNION
  SELECT p.journey_no
  FROM unnest(blocks, cells) AS w (block, cells)
  CROSS JOIN LATERAL (
    SELECT o.journey_no FROM presence AS o
    WHERE o.place BETWEEN w.block << 15 AND (w.block << 15) | 32767
      AND o.journey_no >> 26 BETWEEN first_part AND last_part AND o.visits & ((w.cells << 32) | w.cells) <> 0
    OFFSET 0
  ) AS p
  WHERE buckets_apart IS NULL
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION places_within(
  near_blocks integer[], near_buckets integer[], near_cells bigint[], buckets_apart integer
)
RETURNS TABLE (place integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT (n.block << 15) | (pair + 1),
    bit_or(CASE WHEN pair * 2 >= n.bucket - buckets_apart THEN n.cells ELSE 0 END
      | CASE WHEN pair * 2 < n.bucket + buckets_apart THEN n.cells << 32 ELSE 0 END)
  FROM unnest(near_blocks, near_buckets, near_cells) AS n (block, bucket, cells),
    generate_series(greatest(n.bucket - buckets_apart, 0) >> 1, (n.bucket + buckets_apart) >> 1) AS pair
  WHERE n.bucket >= 0
  GROUP BY 1
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_bucket(moment timestamptz, first_day date, shift_s integer, skew double precision)
RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(floor((extract(epoch FROM moment)::float8 + shift_s + skew * coalesce(greatest(
    extract(epoch FROM moment - first_day::timestamp AT TIME ZONE 'UTC')::float8, 0), 0)) / 259200)::integer, -1)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_mark(journey integer) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT sha256(string_agg(p.place || ' ' || p.visits, ',' ORDER BY p.place)::bytea)
    FROM presence AS p WHERE p.journey_no = journey
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_place(cell integer, bucket integer, columns integer, blocks integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ((cell >> 13) << 23) | (((cell & 2047) * blocks / columns) << 15) | ((bucket >> 1) + 1)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_reach(own_cells integer[], own_buckets integer[], reach_m double precision)
RETURNS TABLE (block integer, bucket integer, cells bigint)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH runs AS MATERIALIZED (
    SELECT o.grid_row, o.bucket, lower(run) AS first_slot, upper(run) - 1 AS last_slot
    FROM (
      SELECT u.cell >> 11 AS grid_row, u.bucket, range_agg(int4range(u.cell & 2047, (u.cell & 2047) + 1)) AS slots
      FROM unnest(own_cells, own_buckets) AS u (cell, bucket)
      GROUP BY 1, 2
    ) AS o, unnest(o.slots) AS run
  ),
  strips AS MATERIALIZED (
    SELECT a.grid_row AS own_row, a.width AS own_width, b.grid_row, b.columns, b.blocks, b.width,
      CASE WHEN a.poleward_cosine * b.poleward_cosine <= s.h THEN 2 * pi()
        ELSE 2 * asin(sqrt(s.h / (a.poleward_cosine * b.poleward_cosine))) + (a.width + b.width) / 2 END AS centres_apart
    FROM (SELECT DISTINCT grid_row FROM runs) AS o
    JOIN grid_rows AS a ON a.grid_row = o.grid_row
    JOIN grid_rows AS b
      ON b.grid_row BETWEEN a.grid_row - ceil(reach_m / 25000)::integer AND a.grid_row + ceil(reach_m / 25000)::integer
    CROSS JOIN LATERAL (
      SELECT sin(reach_m / 6371008.8 / 2) ^ 2
        - sin(radians(0.225) * greatest(0, abs(a.grid_row - b.grid_row) - 1) / 2) ^ 2 AS h
    ) AS s
    WHERE s.h > 0
  ),
  spans AS (
    SELECT r.grid_row, r.bucket, r.columns, r.blocks, greatest(lower(span) + turn * r.columns, 0) AS first_slot,
      least(upper(span) - 1 + turn * r.columns, r.columns - 1) AS last_slot
    FROM (
      SELECT s.grid_row, s.columns, s.blocks, o.bucket, range_agg(int4range(x.first_slot, x.last_slot, '[]')) AS slots
      FROM runs AS o
      JOIN strips AS s ON s.own_row = o.grid_row
      CROSS JOIN LATERAL (
        SELECT
          floor(((o.first_slot + 0.5::float8) * s.own_width - s.centres_apart) / s.width - 0.5)::integer + 1 AS first_slot,
          ceil(((o.last_slot + 0.5::float8) * s.own_width + s.centres_apart) / s.width - 0.5)::integer - 1 AS last_slot
      ) AS x
      WHERE x.first_slot <= x.last_slot
      GROUP BY 1, 2, 3, 4
    ) AS r, unnest(r.slots) AS span,
      generate_series(
        CASE WHEN upper(span) > r.columns THEN -1 ELSE 0 END, CASE WHEN lower(span) < 0 THEN 1 ELSE 0 END
      ) AS turn
  )
  SELECT ((s.grid_row >> 2) << 8) + b.n, s.bucket,
    bit_or(
      ((1::bigint
        << (least(s.last_slot, ((b.n + 1) * s.columns - 1) / s.blocks) - greatest(s.first_slot, x.slot) + 1)) - 1)
      << ((s.grid_row & 3) * 8 + greatest(s.first_slot - x.slot, 0)))
  FROM spans AS s
  CROSS JOIN LATERAL generate_series(s.first_slot * s.blocks / s.columns, s.last_slot * s.blocks / s.columns) AS b (n)
  CROSS JOIN LATERAL (SELECT (b.n * s.columns + s.blocks - 1) / s.blocks AS slot) AS x
  WHERE s.first_slot <= s.last_slot
  GROUP BY 1, 2;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_visit(cell integer, bucket integer, columns integer, blocks integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1::bigint << ((bucket & 1) * 32 + ((cell >> 11) & 3) * 8
    + (cell & 2047) - ((cell & 2047) * blocks / columns * columns + blocks - 1) / blocks)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION presence_visits(place integer, visits bigint) RETURNS TABLE (cell integer, bucket integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4 AS $$
  SELECT (g.grid_row << 11) + (((place >> 15) & 255) * g.columns + g.blocks - 1) / g.blocks + (n & 7),
    ((place & 32767) - 1) * 2 + (n >> 5)
  FROM generate_series(0, 63) AS n JOIN grid_rows AS g ON g.grid_row = (place >> 23) * 4 + ((n >> 3) & 3)
  WHERE (visits >> n) & 1 = 1
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_line(track uuid, latest timestamptz, is_exact boolean)
RETURNS TABLE (line geometry, distance_m double precision)
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(cut.line) ELSE cut.line END, cut.distance_m
  FROM tracks AS t
  -- ST_LocateBetween interpolates on a plane, so a line that crosses the antimeridian is shifted before it is cut.
  CROSS JOIN LATERAL (SELECT ST_XMax(t.line) - ST_XMin(t.line) > 180 AS crosses_antimeridian) AS whole
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN is_exact OR t.kind = 'plan' THEN 'infinity'::double precision
      WHEN t.cell_entries_at IS NOT NULL THEN coalesce((
        SELECT max(e.entry_m) FROM unnest(t.cell_entries_m, t.cell_entries_at) AS e (entry_m, at) WHERE e.at <= latest), 0)
      WHEN t.created_at <= latest THEN 'infinity'
      ELSE 0
    END AS until_m
  ) AS ridden
  CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Collect(ST_LocateBetween(
      CASE WHEN whole.crosses_antimeridian THEN ST_ShiftLongitude(t.line) ELSE t.line END, p.from_m, p.to_m)), 2) AS line,
      sum(p.to_m - p.from_m) AS distance_m
    FROM (
      SELECT s.from_m, least(s.to_m, ridden.until_m) AS to_m FROM unnest(t.shown_from_m, t.shown_to_m) AS s (from_m, to_m)
    ) AS p
    WHERE p.from_m < p.to_m
  ) AS cut
  WHERE t.id = track;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION there_for_others(journey journeys) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN journey.visibility <> 'private' AND journey.status <> 'completed'
    AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION viewings_left(
  viewer uuid, network bytea, since timestamptz, max_viewed integer, max_viewed_by_network integer
)
RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT greatest(0, least(
    max_viewed - (SELECT count(*) FROM viewings AS v WHERE v.viewer_id = viewer AND v.at > since),
    CASE WHEN network IS NOT NULL
      THEN max_viewed_by_network - (SELECT count(*) FROM viewings AS v WHERE v.network_hash = network AND v.at > since) END
  ))::integer
$$;
--> statement-breakpoint
CREATE OR REPLACE VIEW silences AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION crowds_of(part integer, first_bucket integer, last_bucket integer, joined_by timestamptz)
RETURNS TABLE (level smallint, cell integer, bucket integer, riders integer)
LANGUAGE sql STABLE ROWS 1000 SET jit = off AS $$
  WITH grid AS MATERIALIZED (
    SELECT g.grid_row, g.columns, l.level,
      (max(g.columns) OVER (PARTITION BY l.level, g.grid_row >> l.level) + (1 << l.level) - 1) >> l.level AS map_columns
    FROM grid_rows AS g, unnest('{0,2,4}'::smallint[]) AS l (level)
    WHERE g.grid_row >> 4 = part
  ),
  -- Rows are filtered by rider before presence_visits turns each of them into many visits.
  present AS MATERIALIZED (
    SELECT u.id AS rider_id, p.place, p.visits
    FROM presence AS p
    JOIN journeys AS j ON j.no = p.journey_no
    JOIN users AS u ON u.id = j.owner_id AND u.is_adult AND u.created_at <= joined_by AND u.is_on_show
    WHERE p.place BETWEEN part << 25 AND (part << 25) | 33554431
      AND (p.place & 32767) BETWEEN (first_bucket >> 1) + 1 AND (last_bucket >> 1) + 1
  )
  SELECT g.level, (v.cell >> 11 >> g.level << 11) + (2 * (v.cell & 2047) + 1) * g.map_columns / (2 * g.columns), v.bucket,
    (count(DISTINCT p.rider_id) / 5 * 5)::integer
  FROM present AS p
  CROSS JOIN LATERAL presence_visits(p.place, p.visits) AS v
  JOIN grid AS g ON g.grid_row = v.cell >> 11
  WHERE v.bucket BETWEEN first_bucket AND last_bucket
  GROUP BY 1, 2, 3 HAVING count(DISTINCT p.rider_id) >= 5
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION grid_columns(grid_row integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(1, floor(2 * pi() * 6371008.8 * grid_poleward_cosine(grid_row) / 25000 + 1e-6))::integer
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION journey_reach(journey integer, reach_m double precision, mark bytea, is_any_day boolean)
RETURNS TABLE (blocks integer[], buckets integer[], cells bigint[])
LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  SELECT r.blocks, r.buckets, r.cells INTO blocks, buckets, cells FROM presence_reaches AS r
  WHERE r.journey_no = journey AND r.reach_m = journey_reach.reach_m AND r.made_of = mark;
  IF NOT FOUND THEN
    SELECT array_agg(r.block), array_agg(r.bucket), array_agg(r.cells) INTO blocks, buckets, cells
    FROM (
      SELECT array_agg(v.cell) AS cells, array_agg(v.bucket) AS buckets
      FROM (
        SELECT DISTINCT v.cell, CASE WHEN is_any_day THEN -1 ELSE v.bucket END AS bucket
        FROM presence AS p, presence_visits(p.place, p.visits) AS v
        WHERE p.journey_no = journey
      ) AS v
    ) AS own, presence_reach(own.cells, own.buckets, journey_reach.reach_m) AS r;
  END IF;
  IF is_any_day THEN
    SELECT array_agg(n.block), array_agg(-1), array_agg(n.cells) INTO blocks, buckets, cells
    FROM (
      SELECT u.block, bit_or(u.cells) AS cells FROM unnest(blocks, cells) AS u (block, cells) GROUP BY 1
    ) AS n;
  END IF;
  RETURN NEXT;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_be_shown(candidate integer, viewer uuid, since timestamptz, max_shown integer)
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
    AND u.is_on_show
    AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = viewer AND s.other_id = j.owner_id OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION own_way(journey uuid, owner uuid, moment timestamptz)
RETURNS TABLE (cell integer, bucket integer, first_at timestamptz, last_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT v.cell, presence_bucket(v.visited_at, j.starts_on, j.shift_s, j.skew), min(v.visited_at), max(v.visited_at)
  FROM journeys AS j, journey_visits(j.id, moment) AS v
  WHERE j.id = journey AND j.owner_id = owner
  GROUP BY 1, 2 ORDER BY min(v.visited_at), min(v.along_m), v.cell;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_exactly_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN there_for_others(journey) AND (
    EXISTS (
      SELECT FROM connections AS c
      WHERE c.requester_journey_id = journey.id AND c.requester_exact AND c.addressee_id = viewer AND c.state = 'accepted')
    OR EXISTS (
      SELECT FROM connections AS c
      WHERE c.addressee_journey_id = journey.id AND c.addressee_exact AND c.requester_id = viewer AND c.state = 'accepted')
  );
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_in_touch_with(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN there_for_others(journey)
    AND EXISTS (
      SELECT FROM connections AS c
      WHERE least(c.requester_id, c.addressee_id) = least(viewer, journey.owner_id)
        AND greatest(c.requester_id, c.addressee_id) = greatest(viewer, journey.owner_id)
        AND c.state = 'accepted')
    AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = viewer AND s.other_id = journey.owner_id);
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION shown_pieces(owner uuid, line geometry, recorded_at timestamptz[], distance_m double precision)
RETURNS TABLE (
  from_m double precision[], to_m double precision[], along_m double precision[], from_at timestamptz[],
  published_m double precision
)
LANGUAGE plpgsql STABLE SET jit = off AS $$
#variable_conflict use_column
DECLARE
  trim_m CONSTANT double precision := 2000;
  metres_per_degree CONSTANT double precision := 111195;
  zones double precision[][];
BEGIN
  SELECT array_agg(ARRAY[z.cover_longitude, z.cover_latitude, z.cover_radius_m, c.narrowest]) INTO zones
  FROM privacy_zones AS z
  CROSS JOIN LATERAL (
    SELECT
      greatest(0.001, cos(radians(least(90, abs(z.cover_latitude) + z.cover_radius_m / metres_per_degree)))) AS narrowest
  ) AS c
  CROSS JOIN LATERAL (SELECT z.cover_radius_m / metres_per_degree / c.narrowest AS degrees) AS reach
  WHERE z.owner_id = owner
    AND z.cover_latitude BETWEEN ST_YMin(line) - z.cover_radius_m / metres_per_degree
      AND ST_YMax(line) + z.cover_radius_m / metres_per_degree
    AND (z.cover_longitude BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees
      OR z.cover_longitude - 360 BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees
      OR z.cover_longitude + 360 BETWEEN ST_XMin(line) - reach.degrees AND ST_XMax(line) + reach.degrees);
  IF zones IS NULL THEN
    RETURN QUERY SELECT
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[distance_m - trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[trim_m] ELSE '{}' END,
      CASE WHEN distance_m > 2 * trim_m THEN ARRAY[recorded_at[1]] ELSE '{}' END,
      distance_m;
    RETURN;
  END IF;

  RETURN QUERY
  WITH dots AS (
    SELECT d.path[1] AS part, d.n, ST_X(d.geom) AS x, ST_Y(d.geom) AS y, ST_M(d.geom) AS m
    FROM ST_DumpPoints(line) WITH ORDINALITY AS d (path, geom, n)
  ),
  legs AS (
    SELECT *
    FROM (
      SELECT d.*, lead(x) OVER w AS x2, lead(y) OVER w AS y2, lead(m) OVER w AS m2
      FROM dots AS d WINDOW w AS (PARTITION BY part ORDER BY n)
    ) AS l
    WHERE m2 IS NOT NULL
  ),
  seen AS (
    SELECT l.*, count(*) FILTER (WHERE is_hidden) OVER (ORDER BY n) AS island
    FROM (
      SELECT l.*, EXISTS (
        SELECT FROM generate_subscripts(zones, 1) AS i
        CROSS JOIN LATERAL (
          SELECT degrees_east(zones[i][1], x) * metres_per_degree * zones[i][4] AS px,
            (y - zones[i][2]) * metres_per_degree AS py,
            degrees_east(x, x2) * metres_per_degree * zones[i][4] AS dx, (y2 - y) * metres_per_degree AS dy
        ) AS v
        CROSS JOIN LATERAL (
          SELECT CASE WHEN dx = 0 AND dy = 0 THEN 0
            ELSE least(1, greatest(0, -(px * dx + py * dy) / (dx * dx + dy * dy))) END AS share
        ) AS nearest
        WHERE (px + share * dx) ^ 2 + (py + share * dy) ^ 2 <= zones[i][3] ^ 2
      ) AS is_hidden
      FROM legs AS l
    ) AS l
  ),
  islands AS (
    SELECT i.n, a.m AS from_m, b.m2 AS to_m, ST_MakePoint(a.x, a.y) AS first_point, ST_MakePoint(b.x2, b.y2) AS last_point
    FROM (SELECT min(n) AS n, max(n) AS last_n FROM seen WHERE NOT is_hidden GROUP BY island) AS i
    JOIN seen AS a ON a.n = i.n JOIN seen AS b ON b.n = i.last_n
  ),
  measured AS (
    SELECT i.*, to_m - from_m + coalesce(ST_DistanceSphere(last_point, lead(first_point) OVER w), 0) AS published_m,
      min(from_m) OVER () + trim_m AS first_m, max(to_m) OVER () - trim_m AS last_m
    FROM islands AS i WINDOW w AS (ORDER BY n)
  ),
  pieces AS (
    SELECT n, greatest(from_m, first_m) AS from_m, least(to_m, last_m) AS to_m,
      sum(published_m) OVER w - published_m + greatest(from_m, first_m) - from_m AS along_m, published_m
    FROM measured WINDOW w AS (ORDER BY n)
  )
  SELECT coalesce(array_agg(p.from_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(p.to_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(p.along_m ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    coalesce(array_agg(recorded_at[n] ORDER BY n) FILTER (WHERE p.from_m < p.to_m), '{}'),
    -- Rounded to millimetres, because the points inside a cover change the smaller digits.
    coalesce(round(sum(p.published_m)::numeric, 3), 0)::double precision
  FROM pieces AS p;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION wanted_presence(journey uuid, moment timestamptz)
RETURNS TABLE (place integer, journey_no integer, visits bigint)
LANGUAGE sql STABLE AS $$
  SELECT presence_place(v.cell, v.bucket, g.columns, g.blocks), v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks))
  FROM (
    SELECT j.no, v.cell, presence_bucket(v.visited_at, j.starts_on, j.shift_s, j.skew) AS bucket
    FROM journeys AS j, journey_visits(j.id, moment) AS v
    WHERE j.id = journey AND j.visibility <> 'private' AND j.status <> 'completed'
    OFFSET 0
  ) AS v
  JOIN grid_rows AS g ON g.grid_row = v.cell >> 11
  GROUP BY 1, 2
$$;
--> statement-breakpoint
CREATE OR REPLACE VIEW presence_cells AS
SELECT j.id AS journey_id, v.cell, v.bucket
FROM presence AS p JOIN journeys AS j ON j.no = p.journey_no, presence_visits(p.place, p.visits) AS v;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION encounters_of(
  asking uuid, asking_owner uuid, reaches_m double precision[], buckets_apart integer, max_encounters integer,
  max_new_riders integer, since timestamptz, max_shown integer
)
RETURNS TABLE (
  journey_no integer, rider_id uuid, is_new boolean,
  reach_m double precision, my_bucket integer, their_bucket integer, their_cell integer
)
LANGUAGE plpgsql STABLE ROWS 50 SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  seed CONSTANT bigint := hashtextextended(asking::text, 0);
  own_part CONSTANT integer := seed & 31;
  asking_no integer;
  asking_mark bytea;
  near_blocks integer[];
  near_buckets integer[];
  near_cells bigint[];
  near_places integer[];
  near_visits bigint[];
  searched_parts integer;
  wanted_parts integer;
  first_part integer;
  last_part integer;
  riders_before integer;
  candidate integer;
  candidate_rider uuid;
  is_new_rider boolean;
  reach_journeys integer[];
  reach_riders uuid[];
  reach_are_new boolean[];
  all_journeys integer[] := '{}';
  all_riders uuid[] := '{}';
  new_riders uuid[] := '{}';
BEGIN
  SELECT j.no, presence_mark(j.no) INTO asking_no, asking_mark
  FROM journeys AS j WHERE j.id = asking AND j.owner_id = asking_owner;
  IF asking_mark IS NULL THEN
    RETURN;
  END IF;

  FOREACH reach_m IN ARRAY reaches_m LOOP
    SELECT r.blocks, r.buckets, r.cells INTO near_blocks, near_buckets, near_cells
    FROM journey_reach(asking_no, reach_m, asking_mark, buckets_apart IS NULL) AS r;
    SELECT array_agg(p.place), array_agg(p.visits) INTO near_places, near_visits
    FROM places_within(near_blocks, near_buckets, near_cells, buckets_apart) AS p;

    reach_journeys := '{}';
    reach_riders := '{}';
    reach_are_new := '{}';
    searched_parts := 0;
    riders_before := cardinality(all_riders);
    WHILE searched_parts < 32 LOOP
      -- The journeys form a ring of 32 parts. The search takes its own part and the next, then as many as it may need.
      wanted_parts := CASE
        WHEN searched_parts = 0 THEN 2
        WHEN cardinality(all_riders) = riders_before THEN 32
        ELSE ceil(1.5 * (max_encounters - cardinality(all_riders)) * searched_parts
          / (cardinality(all_riders) - riders_before))
      END;
      IF wanted_parts > 15 THEN
        first_part := 0;
        last_part := 31;
        searched_parts := 32;
      ELSE
        first_part := (own_part + searched_parts) & 31;
        last_part := least(31, first_part + least(wanted_parts, 32 - searched_parts) - 1);
        searched_parts := searched_parts + last_part - first_part + 1;
      END IF;
      FOR candidate, candidate_rider, is_new_rider IN
        SELECT c.no, shown.owner_id, NOT shown.is_known
        FROM (
          SELECT n.no, hashint8extended(n.no, seed) AS turn
          FROM near_journeys(near_places, near_visits, near_blocks, near_cells, buckets_apart, first_part, last_part) AS n
          WHERE n.no <> ALL (all_journeys)
            -- A viewer without budget for new riders sees only journeys that were shown before.
            AND (max_new_riders > 0 OR n.no IN (
              SELECT d.other_no FROM journeys AS mine JOIN disclosures AS d ON d.journey_no = mine.no
              WHERE mine.owner_id = asking_owner))
          ORDER BY turn OFFSET 0
        ) AS c
        CROSS JOIN LATERAL may_be_shown(c.no, asking_owner, since, max_shown) AS shown
        ORDER BY c.turn
      LOOP
        CONTINUE WHEN cardinality(array_positions(all_riders, candidate_rider)) >= 3;
        IF is_new_rider AND candidate_rider <> ALL (new_riders) THEN
          CONTINUE WHEN cardinality(new_riders) >= max_new_riders;
          new_riders := new_riders || candidate_rider;
        END IF;
        reach_journeys := reach_journeys || candidate;
        reach_riders := reach_riders || candidate_rider;
        reach_are_new := reach_are_new || is_new_rider;
        all_journeys := all_journeys || candidate;
        all_riders := all_riders || candidate_rider;
        EXIT WHEN cardinality(all_riders) >= max_encounters;
      END LOOP;
      EXIT WHEN cardinality(all_riders) >= max_encounters;
    END LOOP;
    CONTINUE WHEN reach_journeys = '{}';

    RETURN QUERY
    SELECT reach_journeys[m.n], reach_riders[m.n], reach_are_new[m.n], reach_m, m.my_bucket, m.their_bucket, m.their_cell
    FROM best_meetings(reach_journeys, near_blocks, near_buckets, near_cells, buckets_apart) AS m
    ORDER BY m.n;
    EXIT WHEN cardinality(all_riders) >= max_encounters;
  END LOOP;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION refresh_presence(journey uuid, moment timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  changed_no CONSTANT integer := (SELECT j.no FROM journeys AS j WHERE j.id = journey);
BEGIN
  WITH wanted AS MATERIALIZED (
    SELECT w.place, w.journey_no, w.visits FROM wanted_presence(journey, moment) AS w
  ), gone AS (
    DELETE FROM presence AS p
    WHERE p.journey_no = changed_no AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.place = p.place)
  )
  INSERT INTO presence AS p (place, journey_no, visits)
  SELECT w.place, w.journey_no, w.visits FROM wanted AS w
  ON CONFLICT (place, journey_no) DO UPDATE SET visits = excluded.visits WHERE p.visits <> excluded.visits;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION remember_reaches(journey integer, reaches_m double precision[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept_m CONSTANT double precision[] := ARRAY(
    SELECT m FROM unnest(reaches_m) AS m WHERE m IN (25000, 50000, 100000, 200000, 500000));
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM presence AS p WHERE p.journey_no = journey LIMIT 1001) AS own) > 1000 THEN
    RETURN;
  END IF;
  IF cardinality(kept_m) = (
    SELECT count(*) FROM presence_reaches AS r
    WHERE r.journey_no = journey AND r.reach_m = ANY (kept_m) AND r.made_of = (SELECT presence_mark(journey))
  ) THEN
    RETURN;
  END IF;
  PERFORM FROM journeys AS j WHERE j.no = journey FOR SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- This is a statement of its own, so that it reads what was committed before the lock.
  INSERT INTO presence_reaches AS r (journey_no, reach_m, made_of, blocks, buckets, cells)
  SELECT journey, m, p.mark, o.blocks, o.buckets, o.cells
  FROM presence_mark(journey) AS p (mark), unnest(kept_m) AS m, journey_reach(journey, m, p.mark, false) AS o
  WHERE p.mark IS NOT NULL
  ON CONFLICT (journey_no, reach_m) DO UPDATE
  SET made_of = excluded.made_of, blocks = excluded.blocks, buckets = excluded.buckets, cells = excluded.cells
  WHERE r.made_of <> excluded.made_of;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION visible_to(journey journeys, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF journey.owner_id = viewer OR journey.visibility = 'private' THEN
    RETURN journey.owner_id = viewer;
  END IF;
  RETURN (
      journey.visibility = 'public' AND EXISTS (SELECT FROM users AS u WHERE u.id = journey.owner_id AND u.is_on_show)
      OR shown_exactly_to(journey, viewer)
    )
    AND NOT EXISTS (SELECT FROM silences AS s WHERE s.rider_id = viewer AND s.other_id = journey.owner_id);
END
$$;
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
  SELECT j.no INTO asking_no
  FROM journeys AS j JOIN users AS u ON u.id = j.owner_id
  WHERE j.id = asking AND j.owner_id = asking_owner AND j.visibility <> 'private' AND j.status <> 'completed'
    AND u.is_adult AND u.is_on_show AND u.created_at <= joined_by
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
    FROM encounters_of(asking, asking_owner, reaches_m, buckets_apart, max_encounters, max_new_riders, since, max_shown)
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
    JOIN users AS u ON u.id = s.rider AND u.is_on_show
    WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = asking_owner AND v.shown_id = s.rider)
      AND NOT EXISTS (SELECT FROM silences AS b WHERE b.rider_id = asking_owner AND b.other_id = s.rider OFFSET 0)
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
--> statement-breakpoint
INSERT INTO grid_rows (grid_row, columns, width, poleward_cosine, blocks)
SELECT r, grid_columns(r), 2 * pi() / grid_columns(r), grid_poleward_cosine(r),
  (max(grid_columns(r)) OVER (PARTITION BY r >> 2) + 7) / 8
FROM generate_series(0, 799) AS r;
--> statement-breakpoint
REVOKE INSERT, UPDATE, DELETE ON grid_rows FROM kairos_app;
--> statement-breakpoint
-- An audit entry is never changed or removed by the Worker.
REVOKE UPDATE, DELETE ON audit FROM kairos_app;
