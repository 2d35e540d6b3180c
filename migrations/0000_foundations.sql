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
-- Short statements: compiling one costs more than running it.
ALTER ROLE kairos_app SET jit = off;
--> statement-breakpoint
ALTER ROLE kairos_app SET statement_timeout = '10s';
--> statement-breakpoint
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO kairos_app;
--> statement-breakpoint
-- Readiness asks whether all of them are in.
GRANT SELECT ON kairos_migrations TO kairos_app;
--> statement-breakpoint
-- A guard of a commit: raises KA001 with the guard's name, which rolls the whole transaction back.
CREATE FUNCTION ensure(condition boolean, guard text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF condition IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'KA001', MESSAGE = guard;
  END IF;
END
$$;
