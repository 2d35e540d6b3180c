
    with wanted as (
  select block_of(v.cell) as block, presence_bucket(v.visited_at, $1) as bucket, j.no, bit_or(bit_of(v.cell)) as cells
  from "journeys" j, journey_visits(j.id, $2) v
  where j.id = $3 and j.visibility <> 'private' and j.status <> 'completed'
  group by 1, 2, 3
    ), gone as (
      delete from "presence" p where p.journey_no = (select no from "journeys" where id = $4)
        and not exists (select from wanted w where w.block = p.block and w.bucket = p.bucket)
    )
    insert into "presence" as p (block, bucket, journey_no, cells)
    select block, bucket, no, cells from wanted
    on conflict (block, bucket, journey_no) do update set cells = excluded.cells where p.cells <> excluded.cells