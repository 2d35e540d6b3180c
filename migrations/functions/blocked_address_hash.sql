-- Stands for an address in blocks. Postgres computes it, so that the table finds the blocks of an account whoever adds it.
-- Reads nothing. Called by lock_blocked_address, apply_address_blocks, keep_blocks and src/features/blocks/block.repository.ts.
CREATE OR REPLACE FUNCTION blocked_address_hash(address text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT sha256(convert_to('kairos:blocked-address:' || address, 'UTF8'))
$$;
