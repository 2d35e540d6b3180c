-- Every block in both directions: who is in it is nobody to the other.
CREATE OR REPLACE VIEW silences AS
SELECT blocker_id AS rider_id, blocked_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocked_id, blocker_id FROM blocks WHERE blocked_id IS NOT NULL;
