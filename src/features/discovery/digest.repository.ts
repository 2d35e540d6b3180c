import { and, asc, desc, eq, lte, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { lockRiderRows } from '../access/access.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import type { Pair } from './digest.rules.ts';
import { digestEncounters } from './digest-encounter.table.ts';

/** Written as in users_digest_due_idx, so that Postgres uses the index. */
const mayBeMailed = sql`riders_near <> 'never' and takes_part`;

export type DueRider = Awaited<ReturnType<typeof listDueRiders>>[number];

/** The longest overdue first, so that nobody is skipped for ever. */
export async function listDueRiders(db: Db, now: Date, { createdBy, limit }: { createdBy: Date; limit: number }) {
  const rows = await db
    .select({ id: users.id, email: users.email, ridersNear: users.ridersNear, dueAt: users.nextDigestAt })
    .from(users)
    .where(and(mayBeMailed, lte(users.nextDigestAt, now), lte(users.createdAt, createdBy)))
    .orderBy(asc(users.nextDigestAt), asc(users.id))
    .limit(limit);
  return rows.flatMap(({ ridersNear, dueAt, ...rider }) =>
    ridersNear === 'never' || !dueAt ? [] : [{ ...rider, ridersNear, dueAt }],
  );
}

/** The journeys that a rider may search from: the active one first, then those that begin last. */
export const listSearchableJourneys = (db: Db, ownerId: string, limit: number) =>
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

/** Those of the pairs that a digest has reported to the rider. */
export async function listReportedPairs(db: Db, pairs: readonly Pair[]): Promise<Pair[]> {
  const { rows } = await db.execute<{ journey_id: string; other_id: string }>(sql`
    select p.journey_id, p.other_id from ${asRows(pairs)}
      join ${digestEncounters} t on t.journey_no = m.no and t.other_no = o.no`);
  return rows.map(({ journey_id: journeyId, other_id: otherJourneyId }) => ({ journeyId, otherJourneyId }));
}

/**
 * Locks the riders of all these journeys. True where the rider is among them, as long as one of their journeys exists.
 */
export function lockRiderRowsOfPairs(pairs: readonly Pair[], riderId: string): SQL {
  const ids = uuids(pairs.flatMap(({ journeyId, otherJourneyId }) => [journeyId, otherJourneyId]));
  const isOwner = sql`id in (select owner_id from ${journeys} where id = any(${ids}))`;
  return sql`select bool_or(id = ${riderId}) from ${lockRiderRows(isOwner, 'no key update')}`;
}

/** No other run has mailed the rider meanwhile, and the rider still wants digests. */
export const isDigestDue = ({ id, dueAt }: DueRider): SQL => sql`
  select next_digest_at = ${dueAt.toISOString()} and ${mayBeMailed} from ${users} where id = ${id}`;

/** Inserts them where the digest is in the outbox. A pair of which a journey has been deleted meanwhile is left out. */
export const insertReportedPairs = (db: Db, pairs: readonly Pair[], mailId: string) =>
  db.execute(sql`
    insert into ${digestEncounters} (journey_no, other_no, mail_id)
    select m.no, o.no, ${mailId}::uuid from ${asRows(pairs)}
    where exists (select from ${outbox} where id = ${mailId})
    for key share of m, o
    on conflict do nothing`);

/** Changes nothing where they are off already. */
export const turnOffDigests = (db: Db, riderId: string, now: Date) =>
  db
    .update(users)
    .set({ ridersNear: 'never', version: sql`${users.version} + 1`, updatedAt: now })
    .where(and(eq(users.id, riderId), ne(users.ridersNear, 'never')));

/** Changes nothing where another run has been faster. The rider does not see it, so the account's version stays. */
export const updateNextDigest = (db: Db, { id, dueAt }: DueRider, nextAt: Date) =>
  db
    .update(users)
    .set({ nextDigestAt: nextAt })
    .where(and(eq(users.id, id), eq(users.nextDigestAt, dueAt)));

/** The same in the commit of a digest: `nextAt` if its mail is in the outbox, else `retryAt`. */
export const updateNextDigestFor = (
  db: Db,
  { id, dueAt }: DueRider,
  mailId: string,
  at: { nextAt: Date; retryAt: Date },
) =>
  db
    .update(users)
    .set({
      nextDigestAt: sql`case when exists (select from ${outbox} where ${outbox.id} = ${mailId})
        then ${at.nextAt.toISOString()}::timestamptz else ${at.retryAt.toISOString()}::timestamptz end`,
    })
    .where(and(eq(users.id, id), eq(users.nextDigestAt, dueAt)));
