
    with mine as materialized (
      select v.cell, presence_bucket(v.visited_at, $1) as bucket
      from "journeys" j, journey_visits(j.id, $2) v
      where j.id = $3 and j.owner_id = $4 and j.visibility <> 'private' and j.status <> 'completed'
      group by 1, 2
    ), reach as materialized (
      select distinct on (g.cell, m.bucket) g.cell, m.bucket, g.gap_m, g.own_cell
      from grid_reach((select array_agg(distinct cell) from mine), $5) g join mine m on m.cell = g.own_cell
      order by g.cell, m.bucket, g.gap_m, g.own_cell
    ), met as (
      select distinct on (p.journey_id) p.journey_id, r.gap_m, r.own_cell, r.bucket as my_bucket, p.bucket as their_bucket
      from reach r join "presence" p on p.cell = r.cell and r.bucket >= 0 and p.bucket between r.bucket - $6::int and r.bucket + $7::int
      where p.journey_id not in (select id from "journeys" where owner_id = $8)
      order by p.journey_id, r.gap_m, abs(p.bucket - r.bucket), r.bucket, p.bucket, r.own_cell
    ), nearest as (
      select * from met order by gap_m, my_bucket, md5(journey_id::text || $9) limit $10
    )
    select n.journey_id, n.gap_m, n.own_cell, n.my_bucket, n.their_bucket,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from nearest n join "journeys" j on j.id = n.journey_id join "users" u on u.id = j.owner_id
    order by n.gap_m, n.my_bucket, md5(n.journey_id::text || $11)