
    select j.id as journey_id, e.reach_m, e.my_bucket, e.their_bucket, e.their_cell,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from encounters_of($1, $2, $3, $4,
        $5) with ordinality e
      join "journeys" j on j.no = e.journey_no join "users" u on u.id = j.owner_id
    where not exists (select from silences s where s.rider_id = $6 and s.other_id = j.owner_id)
    order by e.ordinality