-- Nobody has the username, and nobody had it so recently that it is still taken.
-- Reads users and former_usernames. Called by src/features/auth/registration.repository.ts.
CREATE OR REPLACE FUNCTION username_is_free(wanted text) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM users AS u WHERE lower(u.username) = lower(wanted))
    AND NOT EXISTS (SELECT FROM former_usernames AS f WHERE f.name = lower(wanted))
$$;
