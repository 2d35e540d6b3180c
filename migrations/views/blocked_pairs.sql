-- Every block in both directions, because a block hides each of the two riders from the other.
-- Reads blocks. Read by visible_to, visible_to_connection, may_be_shown, show_encounters and
-- src/features/audience/audience.predicates.ts.
CREATE OR REPLACE VIEW blocked_pairs AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
