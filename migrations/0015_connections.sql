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
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_id_users_id_fk" FOREIGN KEY ("requester_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_id_users_id_fk" FOREIGN KEY ("addressee_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_requester_journey_id_journeys_id_fk" FOREIGN KEY ("requester_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_addressee_journey_id_journeys_id_fk" FOREIGN KEY ("addressee_journey_id") REFERENCES "public"."journeys"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "connections_pair_key" ON "connections" USING btree (least("requester_id", "addressee_id"),greatest("requester_id", "addressee_id"));--> statement-breakpoint
CREATE INDEX "connections_requester_id_idx" ON "connections" USING btree ("requester_id","asked_at","id");--> statement-breakpoint
CREATE INDEX "connections_addressee_id_idx" ON "connections" USING btree ("addressee_id","asked_at","id");--> statement-breakpoint
CREATE INDEX "connections_requester_journey_id_idx" ON "connections" USING btree ("requester_journey_id");--> statement-breakpoint
CREATE INDEX "connections_addressee_journey_id_idx" ON "connections" USING btree ("addressee_journey_id");