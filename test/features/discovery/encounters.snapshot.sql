
    select j.id as journey_id, e.reach_m, e.my_bucket, e.their_bucket, e.their_cell,
      case when (j.visibility = 'public' or exists (select from "connections" where 
  (least(requester_id, addressee_id) = least($1::uuid, j.owner_id::uuid)
    and greatest(requester_id, addressee_id) = greatest($2::uuid, j.owner_id::uuid)) and state = 'accepted')) then j.name end as journey_name,
      case when (j.visibility = 'public' or exists (select from "connections" where 
  (least(requester_id, addressee_id) = least($3::uuid, j.owner_id::uuid)
    and greatest(requester_id, addressee_id) = greatest($4::uuid, j.owner_id::uuid)) and state = 'accepted')) then u.id end as rider_id,
      case when (j.visibility = 'public' or exists (select from "connections" where 
  (least(requester_id, addressee_id) = least($5::uuid, j.owner_id::uuid)
    and greatest(requester_id, addressee_id) = greatest($6::uuid, j.owner_id::uuid)) and state = 'accepted')) then u.name end as rider_name
    from show_encounters($7, $8, $9, $10,
        $11, $12, null, $13, $14,
        $15, $16, $17) with ordinality e
      cross join lateral (select * from "journeys" o where o.no = e.journey_no offset 0) j
      cross join lateral (select * from "users" o where o.id = j.owner_id offset 0) u
    order by e.ordinality