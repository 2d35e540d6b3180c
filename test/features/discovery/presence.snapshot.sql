
    with wanted as materialized (
  select presence_place(v.cell, v.bucket, g.columns, g.blocks) as place, v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks)) as visits
  from (
    select j.no, v.cell, presence_bucket(v.visited_at, j.starts_on, j.shift_s, j.skew) as bucket
    from "journeys" j, journey_visits(j.id, $1) v
    where j.id = $2 and j.visibility <> 'private' and j.status <> 'completed'
    offset 0
  ) v join grid_rows g on g.grid_row = v.cell >> 11
  group by 1, 2
    ), gone as (
      delete from "presence" p using "journeys" j where j.no = p.journey_no and j.id = $3
        and not exists (select from wanted w where w.place = p.place and w.no = p.journey_no)
    ), forgotten as (
      delete from "presence_reaches" r using "journeys" j where j.no = r.journey_no and j.id = $4
    )
    insert into "presence" as p (place, journey_no, visits)
    select place, no, visits from wanted
    on conflict (place, journey_no) do update set visits = excluded.visits where p.visits <> excluded.visits