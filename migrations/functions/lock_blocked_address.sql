-- Locks an address until the commit ends, so that a block of the address and a new account with it run one after the
-- other. Addresses share 1,024 locks, because a statement that adds many accounts must not use up the lock table.
-- Reads nothing. Called by apply_address_blocks and src/features/blocks/block.repository.ts.
CREATE OR REPLACE FUNCTION lock_blocked_address(address text) RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock(1, (get_byte(h.hash, 0) << 2) | (get_byte(h.hash, 1) & 3))
  FROM (SELECT blocked_address_hash(address) AS hash) AS h
$$;
