-- The journeys of other riders that have presence in common with mine in the given spans, with the rows that have it:
-- first one of each rider, then second and third ones, in the order of `turn`. It is random for each rider, but depends on
-- numbers of journeys alone: if it depended on the rider, it would show whose they are. For the same reason a rider's
-- public journeys and those without a name are two groups, which count like two riders. `total` is the number of all.
-- Only riders from `first_part` to `last_part` of the 32 parts count.
-- Reads presence and journeys. Called by riders_within, whose plan inlines it. OFFSET 0 makes Postgres look up each
-- journey by its number, whatever the planner estimates.
CREATE OR REPLACE FUNCTION candidates_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], first_part integer, last_part integer,
  viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], is_public boolean, group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.is_public, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.is_public, o.group_key, row_number() OVER of_group AS nth,
      hashint8extended(first_value(n.no) OVER of_group, ~seed) AS turn
    FROM near_journeys(blocks, first_buckets, last_buckets, cells, first_part, last_part) AS n
    CROSS JOIN LATERAL (
      SELECT j.owner_id, v.is_public, uuid_hash_extended(j.owner_id, v.is_public::integer) AS group_key
      FROM journeys AS j CROSS JOIN LATERAL (SELECT j.visibility = 'public' AS is_public) AS v
      WHERE j.no = n.no AND j.owner_id <> viewer AND j.visibility <> 'private' AND NOT j.is_over OFFSET 0
    ) AS o
    WINDOW of_group AS (PARTITION BY o.group_key ORDER BY hashint8extended(n.no, seed))
  ) AS r
  WHERE r.nth <= 3
  ORDER BY r.nth, r.turn OFFSET 0
$$;
