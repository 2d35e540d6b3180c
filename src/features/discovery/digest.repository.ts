import { and, asc, desc, eq, lte, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import type { Pair } from './digest.rules.ts';
import { toldEncounters } from './told-encounter.table.ts';

/** In the words of users_digest_due_idx. */
const mayBeMailed = sql`riders_near <> 'never' and is_adult and is_on_show`;

export type DueRider = Awaited<ReturnType<typeof listDueRiders>>[number];

/** Who has waited longest first, so that nobody is left behind by those who come after. */
export async function listDueRiders(db: Db, now: Date, { createdBy, limit }: { createdBy: Date; limit: number }) {
  const rows = await db
    .select({ id: users.id, email: users.email, ridersNear: users.ridersNear, dueAt: users.nextDigestAt })
    .from(users)
    .where(
      // A guest could not turn it off.
      and(mayBeMailed, ne(users.role, 'guest'), lte(users.nextDigestAt, now), lte(users.createdAt, createdBy)),
    )
    .orderBy(asc(users.nextDigestAt), asc(users.id))
    .limit(limit);
  return rows.flatMap(({ ridersNear, dueAt, ...rider }) =>
    ridersNear === 'never' || !dueAt ? [] : [{ ...rider, ridersNear, dueAt }],
  );
}

/** The journeys that a rider may look around from, the one under way first, then those that begin last. */
export const listAskingJourneys = (db: Db, ownerId: string, limit: number) =>
  db
    .select({ id: journeys.id, name: journeys.name })
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), ne(journeys.visibility, 'private'), ne(journeys.status, 'completed')))
    .orderBy(desc(sql`${journeys.status} = 'active'`), sql`${journeys.startsOn} desc nulls last`, desc(journeys.id))
    .limit(limit);

const uuids = (ids: readonly string[]): SQL => sql`${sql.param(`{${ids.join(',')}}`)}::uuid[]`;

const asRows = (pairs: readonly Pair[]): SQL => sql`
  unnest(${uuids(pairs.map(({ journeyId }) => journeyId))}, ${uuids(pairs.map(({ otherJourneyId }) => otherJourneyId))}) p (journey_id, other_id)
    join ${journeys} m on m.id = p.journey_id join ${journeys} o on o.id = p.other_id`;

/** Those of the pairs that the rider was told of. */
export async function listTold(db: Db, pairs: readonly Pair[]): Promise<Pair[]> {
  const { rows } = await db.execute<{ journey_id: string; other_id: string }>(sql`
    select p.journey_id, p.other_id from ${asRows(pairs)}
      join ${toldEncounters} t on t.journey_no = m.no and t.other_no = o.no`);
  return rows.map(({ journey_id: journeyId, other_id: otherJourneyId }) => ({ journeyId, otherJourneyId }));
}

/**
 * A guard's condition: it is still this rider's turn. Locks all riders of the mail in one order, and before their
 * journeys, as those do who delete or change them, so that nobody waits in a circle.
 */
export const turnIsFree = ({ id, dueAt }: DueRider, pairs: readonly Pair[]): SQL => sql`
  select bool_or(id = ${id} and next_digest_at = ${dueAt.toISOString()} and ${mayBeMailed} and role <> 'guest') from (
    select * from ${users} where id in (select owner_id from ${journeys} where id = any(${uuids(
      pairs.flatMap(({ journeyId, otherJourneyId }) => [journeyId, otherJourneyId]),
    )}))
    order by id for no key update) as locked`;

/** Where the mail that tells of them is in the outbox. A journey that is gone by now needs no memory. */
export const insertTold = (db: Db, pairs: readonly Pair[], mailId: string) =>
  db.execute(sql`
    insert into ${toldEncounters} (journey_no, other_no, mail_id)
    select m.no, o.no, ${mailId}::uuid from ${asRows(pairs)}
    where exists (select from ${outbox} where id = ${mailId})
    for key share of m, o
    on conflict do nothing`);

/** Nothing where they are off already. */
export const turnOffDigests = (db: Db, riderId: string, now: Date) =>
  db
    .update(users)
    .set({ ridersNear: 'never', version: sql`${users.version} + 1`, updatedAt: now })
    .where(and(eq(users.id, riderId), ne(users.ridersNear, 'never')));

/** Nothing where somebody else has had the turn. It is no change of the account that its rider would see. */
export const moveTurn = (db: Db, { id, dueAt }: DueRider, nextAt: Date) =>
  db
    .update(users)
    .set({ nextDigestAt: nextAt })
    .where(and(eq(users.id, id), eq(users.nextDigestAt, dueAt)));
