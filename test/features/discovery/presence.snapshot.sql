
    with wanted as (
      select distinct v.cell, presence_bucket(v.visited_at, $1) as bucket
      from "journeys" j, journey_visits(j.id, $2) v
      where j.id = $3 and j.visibility <> 'private' and j.status <> 'completed'
    ), gone as (
      delete from "presence" p where p.journey_id = $4
        and not exists (select from wanted w where w.cell = p.cell and w.bucket = p.bucket)
    )
    insert into "presence" (cell, bucket, journey_id)
    select cell, bucket, $5 from wanted
    on conflict do nothing