CREATE OR REPLACE FUNCTION delete_old_audit(moment timestamptz, max_rows integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH deleted AS (
    DELETE FROM audit WHERE ctid = ANY (ARRAY(
      SELECT a.ctid FROM audit AS a WHERE a.at <= moment - interval '400 days' ORDER BY a.at LIMIT max_rows
      FOR UPDATE SKIP LOCKED))
    RETURNING 1
  )
  SELECT count(*)::integer FROM deleted
$$;
