CREATE TABLE "calendar_days" (
	"feed_id" uuid NOT NULL,
	"journey_id" uuid NOT NULL,
	"day" integer NOT NULL,
	"date" date NOT NULL,
	"sequence" integer NOT NULL,
	"cancelled_at" timestamp (3) with time zone,
	CONSTRAINT "calendar_days_pkey" PRIMARY KEY("feed_id","journey_id","day")
);
--> statement-breakpoint
CREATE TABLE "calendar_feeds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"journey_id" uuid,
	"has_places" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "calendar_days" ADD CONSTRAINT "calendar_days_feed_id_calendar_feeds_id_fk" FOREIGN KEY ("feed_id") REFERENCES "public"."calendar_feeds"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD CONSTRAINT "calendar_feeds_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "calendar_days_cancelled_at_idx" ON "calendar_days" USING btree ("cancelled_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_feeds_token_hash_key" ON "calendar_feeds" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "calendar_feeds_user_id_idx" ON "calendar_feeds" USING btree ("user_id","created_at");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION planned_days(plan_m double precision, daily_m double precision, first_day integer, max_days integer)
RETURNS TABLE (day integer, from_m double precision, to_m double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT n, n * daily_m, least((n + 1) * daily_m, plan_m)
  FROM generate_series(first_day, least(first_day + max_days - 1, ceil(plan_m / daily_m) - 1)::integer) AS n
  WHERE plan_m IS NOT NULL AND daily_m IS NOT NULL
$$;
