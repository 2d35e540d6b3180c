CREATE TABLE "consents" (
	"user_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"statement_version" integer NOT NULL,
	"given_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone,
	CONSTRAINT "consents_pkey" PRIMARY KEY("user_id","purpose")
);
--> statement-breakpoint
CREATE TABLE "health_keys" (
	"user_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"sealed_key" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "health_keys_pkey" PRIMARY KEY("user_id","purpose")
);
--> statement-breakpoint
CREATE TABLE "track_sensors" (
	"track_id" uuid PRIMARY KEY NOT NULL,
	"power_w" smallint[],
	"cadence_rpm" smallint[],
	"temperature_c" real[],
	"heart_rate" "bytea"
);
--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "health_keys" ADD CONSTRAINT "health_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "track_sensors" ADD CONSTRAINT "track_sensors_track_id_tracks_id_fk" FOREIGN KEY ("track_id") REFERENCES "public"."tracks"("id") ON DELETE cascade ON UPDATE no action;
