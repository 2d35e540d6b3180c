-- Whom a rider does not see by name: everybody who has blocked the rider, and everybody whom the rider has blocked by id.
-- A block by an encounter or an address hides nobody from its own rider, because what disappears would reveal whose
-- encounter or address it is. What is shown without a name depends on the table blocks: see may_be_shown.
-- Reads blocks. Read by audience_of and src/features/audience/audience.predicates.ts.
CREATE OR REPLACE VIEW blocked_pairs AS
SELECT blocked_id AS rider_id, blocker_id AS other_id FROM blocks WHERE blocked_id IS NOT NULL
UNION ALL
SELECT blocker_id, blocked_id FROM blocks WHERE blocked_id IS NOT NULL AND named_by = 'user_id';
