-- Records that a viewer is shown the new ones of these riders for the first time, by name or without, as many as the
-- budgets allow, in the order given.
-- Searches that find new riders take turns: they lock network, viewer and new riders in one order and count again, so
-- that parallel searches do not exceed a budget. Each statement of a volatile function sees what was committed before it.
-- Reads users, blocks and viewings; writes viewings. Called by show_encounters.
CREATE OR REPLACE FUNCTION record_viewings(
  viewer uuid, is_new_viewer boolean, riders uuid[], are_public boolean[], are_new boolean[], joined_by timestamptz,
  network bytea, moment timestamptz, since timestamptz, max_shown integer, max_viewed integer,
  max_viewed_by_network integer
)
RETURNS void
LANGUAGE plpgsql VOLATILE SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  new_riders CONSTANT uuid[] := ARRAY(SELECT s.rider FROM unnest(riders, are_new) AS s (rider, is_new) WHERE s.is_new);
  max_new_riders integer;
BEGIN
  IF network IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(network, 'hex'), 0));
  END IF;
  PERFORM FROM users AS u WHERE u.id = ANY (new_riders || viewer) ORDER BY u.id FOR NO KEY UPDATE;
  max_new_riders := viewings_left(viewer, network, since, max_viewed, max_viewed_by_network);
  INSERT INTO viewings (viewer_id, viewer_is_new, shown_id, is_public, network_hash, at)
  SELECT viewer, is_new_viewer, s.rider, s.is_public, network, moment
  FROM (
    SELECT n.rider, n.is_public, min(n.n) AS first_n
    FROM unnest(riders, are_public, are_new) WITH ORDINALITY AS n (rider, is_public, is_new, n)
    WHERE n.is_new GROUP BY 1, 2
  ) AS s
  CROSS JOIN LATERAL may_be_shown(s.rider, s.is_public, viewer, is_new_viewer, joined_by, since, max_shown) AS shown
  WHERE NOT shown.is_known
  ORDER BY s.first_n LIMIT max_new_riders;
END
$$;
