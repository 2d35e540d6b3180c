import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { presence } from './presence.table.ts';

/** What a journey's presence has to be. */
const wantedRows = (journeyId: SQL, shiftS: SQL, now: Date): SQL => sql`
  select presence_place(v.cell, v.bucket, g.columns, g.blocks) as place, v.no,
    bit_or(presence_visit(v.cell, v.bucket, g.columns, g.blocks)) as visits
  from (
    select j.no, v.cell, presence_bucket(v.visited_at, ${shiftS}) as bucket
    from ${journeys} j, journey_visits(j.id, ${now.toISOString()}) v
    where j.id = ${journeyId} and j.visibility <> 'private' and j.status <> 'completed'
    offset 0
  ) v join grid_rows g on g.grid_row = v.cell >> 11
  group by 1, 2`;

/**
 * Brings a journey's presence in step with its visibility, status, schedule, lines and markers; rows that are right
 * already are not touched.
 */
export const refreshPresence = (db: Db, journeyId: string, shiftS: number, now: Date) =>
  db.execute(sql`
    with wanted as (${wantedRows(sql`${journeyId}`, sql`${shiftS}`, now)}
    ), gone as (
      delete from ${presence} p where p.journey_no = (select no from ${journeys} where id = ${journeyId})
        and not exists (select from wanted w where w.place = p.place)
    )
    insert into ${presence} as p (place, journey_no, visits)
    select place, no, visits from wanted
    on conflict (place, journey_no) do update set visits = excluded.visits where p.visits <> excluded.visits`);

export type Shifted = { id: string; shiftS: number };

/** Which of these journeys have another presence than they have to have. */
export const selectDrifted = (db: Db, shifted: readonly Shifted[], now: Date) =>
  db.execute<{ id: string }>(sql`
    select a.id from unnest(${sql.param(`{${shifted.map(({ id }) => id).join(',')}}`)}::uuid[],
      ${sql.param(`{${shifted.map(({ shiftS }) => shiftS).join(',')}}`)}::int[]) a (id, shift_s)
    where exists (
      select from (${wantedRows(sql`a.id`, sql`a.shift_s`, now)}) w
      full join (select p.* from ${presence} p join ${journeys} j on j.no = p.journey_no where j.id = a.id) p
        on p.place = w.place
      where p.visits is distinct from w.visits)
    order by a.id`);

export const listJourneyIds = (db: Db, { after, limit }: { after: string | undefined; limit: number }) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(after === undefined ? undefined : gt(journeys.id, after))
    .orderBy(asc(journeys.id))
    .limit(limit);

export const lockJourney = (db: Db, journeyId: string) =>
  db.select({ id: journeys.id }).from(journeys).where(eq(journeys.id, journeyId)).for('update');

/** Journeys in the order of their ids that have ridden positions about to enter or leave the abstraction, or in it. */
export function listRiddenJourneys(db: Db, { after, limit }: { after: string | undefined; limit: number }, now: Date) {
  const isRecent = sql`between ${now.toISOString()}::timestamptz - interval '32 days' and ${now.toISOString()}::timestamptz - interval '48 hours'`;
  return db
    .select({ id: journeys.id })
    .from(journeys)
    .where(
      and(
        ne(journeys.visibility, 'private'),
        ne(journeys.status, 'completed'),
        after === undefined ? undefined : gt(journeys.id, after),
        sql`(exists (select from ${tracks} t, unnest(t.cell_entries_at) at where t.journey_id = ${journeys.id} and t.kind = 'past' and at ${isRecent})
          or exists (select from ${markers} m where m.journey_id = ${journeys.id} and m.marker_type = 'past' and m.at ${isRecent}))`,
      ),
    )
    .orderBy(asc(journeys.id))
    .limit(limit);
}

/** A guard's condition: false while somebody else's commit holds the journey, instead of waiting for it. */
export const lockIfFree = (journeyId: string): SQL => sql`
  select true from ${journeys} where ${journeys.id} = ${journeyId} for update skip locked`;
