
    select j.id as journey_id, e.reach_m, e.my_bucket, e.their_bucket, e.their_cell,
      case when k.is_known then j.name end as journey_name, u.id as rider_id, u.name as rider_name
    from show_encounters($1, $2, $3, $4,
        $5, $6, null, $7, $8,
        $9, $10, $11) with ordinality e
      cross join lateral (
        select o.id, o.owner_id, o.visibility, o.name from "journeys" o where o.no = e.journey_no offset 0) j
      cross join lateral (
        select j.visibility = 'public' or exists (select from "connections" where 
  (least(requester_id, addressee_id) = least($12::uuid, j.owner_id::uuid)
    and greatest(requester_id, addressee_id) = greatest($13::uuid, j.owner_id::uuid)) and state = 'accepted') as is_known offset 0) k
      left join lateral (select o.id, o.name from "users" o where k.is_known and o.id = j.owner_id offset 0) u on true
    where not (k.is_known and exists (select from blocked_pairs b where b.rider_id = $14 and b.other_id = j.owner_id))
    order by e.ordinality