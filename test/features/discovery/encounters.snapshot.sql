
    select j.id as journey_id, e.reach_m, e.my_bucket, e.their_bucket, e.their_cell,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from show_encounters($1, $2, $3, $4,
        $5, $6, null, $7, $8,
        $9, $10, $11) with ordinality e
      join "journeys" j on j.no = e.journey_no join "users" u on u.id = j.owner_id
    order by e.ordinality