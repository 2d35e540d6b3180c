-- Applies the blocks of an address to the account that gets the address, whoever adds the account: a sign-up, a
-- provider, the operator, or an import by SQL.
-- Reads the changed row; writes blocks. Called by the trigger below.
CREATE OR REPLACE FUNCTION apply_address_blocks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_blocked_address(NEW.email);
  UPDATE blocks AS b SET blocked_id = NEW.id WHERE b.address_hash = blocked_address_hash(NEW.email);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER users_address_given AFTER INSERT OR UPDATE OF email ON users
FOR EACH ROW EXECUTE FUNCTION apply_address_blocks();
