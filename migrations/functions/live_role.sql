-- The role of the rider of a session; null where the session has ended or the rider is disabled.
-- Reads sessions and users. Called by nearly every request (src/features/access/access.repository.ts). PL/pgSQL caches
-- the plan, which takes longer than the query itself.
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
