-- The start of the last nightly run at or before `moment`. The time is that of the cron job in wrangler.toml.
-- Reads nothing. Called by wanted_presence.
CREATE OR REPLACE FUNCTION last_night(moment timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT date_bin('1 day', moment, '2000-01-01 03:17:00+00')
$$;
