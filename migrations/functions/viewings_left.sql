-- How many new riders a viewer may still see, by the account and by the network.
CREATE OR REPLACE FUNCTION viewings_left(viewer uuid, network bytea, since timestamptz, most integer, most_of_network integer)
RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT greatest(0, least(
    most - (SELECT count(*) FROM viewings AS v WHERE v.viewer_id = viewer AND v.at > since),
    CASE WHEN network IS NOT NULL
      THEN most_of_network - (SELECT count(*) FROM viewings AS v WHERE v.network_hash = network AND v.at > since) END
  ))::integer
$$;
