-- Records that a viewer is shown these riders for the first time, as many as the budgets allow, in the order given.
-- Searches that find new riders take turns: they lock network, viewer and new riders in one order and count again, so
-- that parallel searches do not exceed a budget. Each statement of a volatile function sees what was committed before it.
-- Reads users, blocks and viewings; writes viewings. Called by show_encounters.
CREATE OR REPLACE FUNCTION record_viewings(
  viewer uuid, new_riders uuid[], joined_by timestamptz, network bytea, moment timestamptz, since timestamptz,
  max_shown integer, max_viewed integer, max_viewed_by_network integer
)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  max_new_riders integer;
BEGIN
  IF network IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
  END IF;
  PERFORM FROM users AS u WHERE u.id = ANY (new_riders || viewer) ORDER BY u.id FOR NO KEY UPDATE;
  max_new_riders := viewings_left(viewer, network, since, max_viewed, max_viewed_by_network);
  INSERT INTO viewings (viewer_id, shown_id, network_hash, at)
  SELECT viewer, s.rider, network, moment
  FROM unnest(new_riders) WITH ORDINALITY AS s (rider, n)
  JOIN users AS u ON u.id = s.rider AND u.takes_part AND u.created_at <= joined_by
  WHERE NOT EXISTS (SELECT FROM viewings AS v WHERE v.viewer_id = viewer AND v.shown_id = s.rider)
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = s.rider AND b.blocked_id = viewer OFFSET 0)
    AND max_shown > (SELECT count(*) FROM viewings AS v WHERE v.shown_id = s.rider AND v.at > since)
  ORDER BY s.n LIMIT max_new_riders;
END
$$;
