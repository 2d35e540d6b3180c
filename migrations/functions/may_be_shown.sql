-- The owner of a journey that may be shown to this viewer, and whether the viewer has seen that rider before on any
-- journey. No row where the journey is the viewer's own, private or over, its owner takes no part in discovery or
-- has blocked the viewer, or `max_shown` new viewers have seen its owner after `since`. The viewer's own blocks do not
-- count: what they would remove would reveal its owner.
-- Reads journeys, users, blocks and viewings. Called by encounters_of, whose plan inlines it. OFFSET 0 makes Postgres
-- look up each of the few candidates by itself.
CREATE OR REPLACE FUNCTION may_be_shown(
  candidate integer, viewer uuid, joined_by timestamptz, since timestamptz, max_shown integer
)
RETURNS TABLE (owner_id uuid, is_known boolean)
LANGUAGE sql STABLE AS $$
  SELECT j.owner_id, k.is_known
  FROM journeys AS j
  JOIN users AS u ON u.id = j.owner_id
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM viewings AS w WHERE w.viewer_id = viewer AND w.shown_id = j.owner_id) AS is_known
    OFFSET 0
  ) AS k
  WHERE j.no = candidate AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over
    AND u.takes_part AND u.created_at <= joined_by
    AND NOT EXISTS (SELECT FROM blocks AS b WHERE b.blocker_id = j.owner_id AND b.blocked_id = viewer OFFSET 0)
    AND (k.is_known OR max_shown > (
      SELECT count(*) FROM (
        SELECT FROM viewings AS w WHERE w.shown_id = j.owner_id AND w.at > since LIMIT max_shown
      ) AS shown_to))
  OFFSET 0
$$;
