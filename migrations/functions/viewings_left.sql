-- How many new riders a viewer may still see, by the budgets of the account and of its network after `since`. A rider
-- counts once by name and once without.
-- Reads viewings. Called by show_encounters and record_viewings. PL/pgSQL caches the plan.
CREATE OR REPLACE FUNCTION viewings_left(
  viewer uuid, network bytea, since timestamptz, max_viewed integer, max_viewed_by_network integer
)
RETURNS integer
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN greatest(0, least(
    max_viewed - (SELECT count(*) FROM viewings AS v WHERE v.viewer_id = viewer AND v.at > since),
    CASE WHEN network IS NOT NULL
      THEN max_viewed_by_network - (SELECT count(*) FROM viewings AS v WHERE v.network_hash = network AND v.at > since) END
  ));
END
$$;
