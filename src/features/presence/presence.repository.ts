import { asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Given, prepare } from '../../db/prepared.ts';
import { formerJourneyIds } from '../journeys/former-id.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { publications } from '../publications/publication.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { users } from '../users/user.table.ts';
import { formerPlaces } from './former-place.table.ts';
import { presence } from './presence.table.ts';
import { publishedPlans } from './published-plan.table.ts';

/** Computes the presence of a journey again from visibility, status, schedule, published lines and markers. */
export const updatePresence = prepare(
  (db, { journeyId, at, keepsFormer }: Given<{ journeyId: string; at: string; keepsFormer: boolean }>) =>
    db.execute(sql`select refresh_presence(${journeyId}, ${at}, ${keepsFormer})`),
);

/** Remembers since when the journey of a published plan does not exist. */
export const markPlansOfDeletedJourneys = (db: Db, now: Date) =>
  db.execute(sql`
    update ${publishedPlans} p
    set journey_gone_at = case when p.journey_gone_at is null then ${now.toISOString()}::timestamptz end
    where (p.journey_gone_at is null) = not exists (select from ${journeys} j where j.id = p.journey_id)`);

/**
 * Deletes the published plans of deleted journeys 30 days after their last published day or the deletion, whichever is
 * later, but at most 400 days after the deletion.
 */
export const deleteExpiredPlans = (db: Db, now: Date) =>
  db.execute(sql`
    delete from ${publishedPlans} p
    where not exists (select from ${journeys} j where j.id = p.journey_id)
      and p.journey_gone_at < ${now.toISOString()}::timestamptz - interval '30 days'
      and least(p.journey_gone_at + interval '370 days', greatest(
        p.first_at + p.entries_m[cardinality(p.entries_m)] / p.pace_m * interval '24 hours',
        (select max(at) from unnest(p.camp_at) at)
      )) < ${now.toISOString()}::timestamptz - interval '30 days'`);

/**
 * Deletes the ledgers of deleted journeys that were published last, and whose last published day is, a month ago. The id of
 * a deleted journey is kept for 400 days, and no ledger longer than that.
 */
export const deleteExpiredPublications = (db: Db, now: Date) =>
  db.execute(sql`
    delete from ${publications} where journey_id in (
      select p.journey_id from ${publications} p
      where not exists (select from ${journeys} j where j.id = p.journey_id)
      group by p.journey_id
      having max(greatest(p.last_at, p.published_at)) < ${now.toISOString()}::timestamptz - interval '30 days'
        or exists (select from ${formerJourneyIds} f where f.id = p.journey_id and f.kept_until <= ${now.toISOString()}))`);

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

/** Locks the rider and then the journey, in the order of these clauses. */
export const lockJourney = (db: Db, journeyId: string) =>
  db.execute(sql`
    select from ${journeys} join ${users} on ${users.id} = ${journeys.ownerId} where ${journeys.id} = ${journeyId}
    for key share of ${users} for no key update of ${journeys}`);

/** Others see the journey as completed. */
const isSeenCompleted = (now: Date): SQL => sql`(shown_status(${journeys}, ${now.toISOString()}) = 'completed')`;

/**
 * The journey is over from the night on in which others see it as completed, and until they see that it goes on. This is
 * also its turn in the night.
 */
export const updateOver = (db: Db, journeyId: string, now: Date) =>
  markPresenceChange(
    db
      .update(journeys)
      .set({ isOver: isSeenCompleted(now), refreshedAt: now })
      .where(eq(journeys.id, journeyId)),
  );

/** Puts a journey behind all others that wait for the nightly run. */
export const moveToEndOfNight = (db: Db, journeyId: string, now: Date) =>
  db.update(journeys).set({ refreshedAt: now }).where(eq(journeys.id, journeyId));

/**
 * Journeys whose ridden positions are in presence, or are about to enter or leave it, and those that others see as
 * completed or as going on since the last run, and those with former places whose time is over. Those that have waited longest come first, at most `perRider` of a rider.
 */
export const listChangingJourneys = (db: Db, { perRider, perRun }: { perRider: number; perRun: number }, now: Date) => {
  const isRecent = sql`between ${now.toISOString()}::timestamptz - interval '32 days' and ${now.toISOString()}::timestamptz - interval '48 hours'`;
  return db.execute<{ id: string }>(sql`
    select j.id from (
      select ${journeys.id}, refreshed_at, row_number() over (partition by owner_id order by refreshed_at nulls first, id) as nth
      from ${journeys}
      where ${journeys.isOver} <> ${isSeenCompleted(now)}
        or visibility <> 'private' and not is_over and (
          exists (select from ${formerPlaces} f where f.journey_no = ${journeys.no} and f.kept_until <= ${now.toISOString()}::timestamptz)
          or exists (select from ${tracks} t, unnest(t.cell_entries_at) at where t.journey_id = ${journeys.id} and t.kind = 'past' and at ${isRecent})
          or exists (select from ${markers} m where m.journey_id = ${journeys.id} and m.marker_type = 'past' and m.at ${isRecent}))
    ) j
    where j.nth <= ${perRider} order by j.refreshed_at nulls first, j.id limit ${perRun}`);
};
