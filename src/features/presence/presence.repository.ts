import { and, asc, eq, gt, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { presence } from './presence.table.ts';
import { publishedPlans } from './published-plan.table.ts';

/** Computes the presence of a journey again from visibility, status, schedule, published lines and markers. */
export const updatePresence = prepare((db, { journeyId, at }: Given<{ journeyId: string; at: string }>) =>
  db.execute(sql`select refresh_presence(${journeyId}, ${at})`),
);

/** Deletes the published plans of deleted journeys whose last published day is a month ago. */
export const deleteExpiredPlans = (db: Db, now: Date) =>
  db.execute(sql`
    delete from ${publishedPlans} p
    where not exists (select from ${journeys} j where j.id = p.journey_id)
      and greatest(
        p.first_at + p.entries_m[cardinality(p.entries_m)] / p.pace_m * interval '24 hours',
        (select max(at) from unnest(p.camp_at) at)
      ) < ${now.toISOString()}::timestamptz - interval '30 days'`);

/** The journeys among these whose presence differs from what it should be. */
export const selectDrifted = (db: Db, ids: readonly string[], now: Date) =>
  db.execute<{ id: string }>(sql`
    select a.id from unnest(${sql.param(`{${ids.join(',')}}`)}::uuid[]) a (id)
    where exists (
      select from wanted_presence(a.id, ${now.toISOString()}) w
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

/** Locks all journeys of a rider in the order of their ids. Always true. */
export const lockJourneyRows = (ownerId: string): SQL => sql`
  select count(*) >= 0 from (
    select from ${journeys} where ${journeys.ownerId} = ${ownerId} order by id for no key update) as locked`;

export const lockJourney = (db: Db, journeyId: string) =>
  db.select({ id: journeys.id }).from(journeys).where(eq(journeys.id, journeyId)).for('no key update');

/** Journeys whose ridden positions are in presence, or are about to enter or leave it, in the order of their ids. */
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
