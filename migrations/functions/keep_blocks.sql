-- Keeps the blocks of an account that is deleted: each gets the hash of the address, whoever deletes the account, so that it
-- applies again to an account with the same address. A block that names an address keeps that one.
-- Reads the deleted row; writes blocks. Called by the trigger below, before the foreign key clears `blocked_id`.
CREATE OR REPLACE FUNCTION keep_blocks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE blocks AS b SET address_hash = coalesce(b.address_hash, blocked_address_hash(OLD.email))
  WHERE b.blocked_id = OLD.id;
  RETURN OLD;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_blocked_removed BEFORE DELETE ON users
FOR EACH ROW EXECUTE FUNCTION keep_blocks();
