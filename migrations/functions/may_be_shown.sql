-- Whether the viewer has seen a rider before, on any public journey or on any without a name. The two are counted apart,
-- because a rider whom the viewer knows by name would else be recognised by what is left of a budget.
-- No row where the rider takes no part in discovery or has blocked the viewer, or `max_shown` new viewers have seen the
-- rider after `since`. Viewers with new accounts may be a quarter of them, so that fake accounts do not use them up. The
-- viewer's own blocks do not count: what they would remove would reveal its owner.
-- Reads users, blocks and viewings. Called by riders_within, whose plan inlines it. OFFSET 0 makes Postgres look up each
-- of the few candidates by itself.
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate uuid, is_public boolean, viewer uuid, is_new_viewer boolean, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT k.is_known
  FROM users AS u
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = u.id AND w.is_public = may_be_shown.is_public) AS is_known
    OFFSET 0
  ) AS k
  WHERE u.id = candidate AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = u.id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR (
      SELECT count(*) < max_shown AND (NOT is_new_viewer OR count(*) FILTER (WHERE w.viewer_is_new) < max_shown / 4.0)
      FROM (
        SELECT w.viewer_is_new FROM viewings AS w
        WHERE w.shown_id = u.id AND w.is_public = may_be_shown.is_public AND w.at > since LIMIT max_shown
      ) AS w))
  OFFSET 0
$$;
