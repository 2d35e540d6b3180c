-- The role that the rider of a session has; nothing where it is over, or the rider is disabled.
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
