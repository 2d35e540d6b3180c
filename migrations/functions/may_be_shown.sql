-- Whether the viewer has seen a rider before on any journey. No row where the rider takes no part in discovery or has
-- blocked the viewer, or `max_shown` new viewers have seen the rider after `since`. The viewer's own blocks do not
-- count: what they would remove would reveal its owner.
-- Reads users, blocks and viewings. Called by riders_within, whose plan inlines it. OFFSET 0 makes Postgres look up each
-- of the few candidates by itself.
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate uuid, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT k.is_known
  FROM users AS u
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = u.id) AS is_known
    OFFSET 0
  ) AS k
  WHERE u.id = candidate AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = u.id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = u.id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
