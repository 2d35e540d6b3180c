
    with mine as materialized (
      select v.cell, presence_bucket(v.visited_at, $1) as bucket
      from "journeys" j, journey_visits(j.id, $2) v
      where j.id = $3 and j.owner_id = $4 and j.visibility <> 'private' and j.status <> 'completed' and v.visited_at is not null
      group by 1, 2
    ), reached as materialized (
      select r.* from (select array_agg(cell) as cells, array_agg(bucket) as buckets from mine) m,
        presence_reach(m.cells, m.buckets, $5::float8[]) r
    ), met as (
      select distinct on (p.journey_id) p.journey_id, r.reach_m, r.bucket as my_bucket, p.bucket as their_bucket, p.cell as their_cell
      from reached r join "presence" p on p.cell = r.cell and p.bucket between r.bucket - $6::int and r.bucket + $7::int
      where exists (
        select from "journeys" o join "users" h on h.id = o.owner_id
        where o.id = p.journey_id and o.owner_id <> $8 and h.disabled_at is null
          and o.visibility <> 'private' and o.status <> 'completed')
      order by p.journey_id, r.reach_m, abs(p.bucket - r.bucket), r.bucket, p.bucket, p.cell
    ), nearest as (
      select * from met order by reach_m, my_bucket, md5(journey_id::text || $9) limit $10
    )
    select n.*,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from nearest n join "journeys" j on j.id = n.journey_id join "users" u on u.id = j.owner_id
    order by reach_m, my_bucket, md5(journey_id::text || $11)