-- What candidates_within finds, among the journeys alone that were shown to the viewer before, the newest 300.
-- Reads disclosures, presence and journeys. Called by riders_within, whose plan inlines it. OFFSET 0 makes Postgres look
-- up each of these journeys by its number, whatever the planner estimates.
CREATE OR REPLACE FUNCTION known_within(
  blocks integer[], first_buckets integer[], last_buckets integer[], cells bigint[], viewer uuid, seed bigint
)
RETURNS TABLE (no integer, rider uuid, places integer[], visits bigint[], is_public boolean, group_key bigint, nth bigint, turn bigint, total bigint)
LANGUAGE sql STABLE AS $$
  SELECT r.no, r.owner_id, r.places, r.visits, r.is_public, r.group_key, r.nth, r.turn, count(*) OVER ()
  FROM (
    SELECT n.no, o.owner_id, n.places, n.visits, o.is_public, o.group_key, row_number() OVER of_group AS nth,
      hashint8extended(first_value(n.no) OVER of_group, ~seed) AS turn
    FROM (
      SELECT p.journey_no AS no, array_agg(p.place) AS places, array_agg(p.visits) AS visits
      FROM (
        SELECT d.other_no FROM journeys AS mine JOIN disclosures AS d ON d.journey_no = mine.no
        WHERE mine.owner_id = viewer GROUP BY 1 ORDER BY max(d.at) DESC, 1 LIMIT 300
      ) AS k
      CROSS JOIN LATERAL (
        SELECT o.journey_no, o.place, o.visits FROM presence AS o WHERE o.journey_no = k.other_no OFFSET 0
      ) AS p
      WHERE EXISTS (
        SELECT FROM unnest(blocks, first_buckets, last_buckets, cells) AS s (block, first_bucket, last_bucket, cells),
          generate_series(0, 1) AS half
        WHERE s.block = p.place >> 15 AND (p.visits >> (32 * half)) & s.cells <> 0
          AND ((p.place & 32767) - 1) * 2 + half BETWEEN s.first_bucket AND s.last_bucket)
      GROUP BY 1
    ) AS n
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
