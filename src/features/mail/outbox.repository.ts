import { and, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { toldEncounters } from '../discovery/told-encounter.table.ts';
import { type OutboxShare, outbox } from './outbox.table.ts';
import { suppressions } from './suppression.table.ts';

export const mailsPerAddress = { hour: 3, day: 10 };

const hourMs = 60 * 60 * 1_000;
const ago = (now: Date, ms: number): string => new Date(now.getTime() - ms).toISOString();

/** Held until the commit ends, so that mails to one address are counted by one commit after the other. */
export const lockAddress = (db: Db, addressHash: Uint8Array) =>
  db.execute(sql`select pg_advisory_xact_lock(${lockNumber(addressHash)}::bigint)`);

/** Two addresses that share a number wait for each other, and that is all. */
const lockNumber = (hash: Uint8Array): string => String(new DataView(hash.slice(0, 8).buffer).getBigInt64(0));

type NewMail = {
  id: string;
  addressHash: Uint8Array;
  /** The hashes that a suppression of the address may stand under. */
  suppressedAs: readonly Uint8Array[];
  share: OutboxShare;
  sealed: Uint8Array;
  digestRiderId: string | undefined;
  now: Date;
};

/**
 * Inserts the mail where `condition` holds, its address has not had its share of mails and is not suppressed; counts
 * nothing otherwise.
 */
export function insertMail(db: Db, mail: NewMail, condition: SQL | boolean) {
  const at = mail.now.toISOString();
  const addressHash = sql.param(mail.addressHash, outbox.addressHash);
  const sentSince = (since: string) => sql`
    (select count(*) from ${outbox} where ${outbox.addressHash} = ${addressHash} and ${outbox.createdAt} > ${since})`;
  return db.execute(sql`
    insert into ${outbox} (id, address_hash, share, sealed, digest_rider_id, created_at, next_attempt_at)
    select ${mail.id}, ${addressHash}, ${mail.share}, ${sql.param(mail.sealed, outbox.sealed)}, ${mail.digestRiderId ?? null}::uuid, ${at}, ${at}
    where (${condition}) and ${sentSince(ago(mail.now, hourMs))} < ${mailsPerAddress.hour}
      and ${sentSince(ago(mail.now, 24 * hourMs))} < ${mailsPerAddress.day}
      and not exists (select from ${suppressions} where ${inArray(suppressions.addressHash, [...mail.suppressedAs])} and until > ${at})`);
}

export type Waiting = { ids: readonly string[] } | { dueLimit: number };

const isDue = (which: Waiting, now: Date) =>
  and(
    isNull(outbox.sentAt),
    lte(outbox.nextAttemptAt, now),
    'ids' in which ? inArray(outbox.id, [...which.ids]) : undefined,
  );

/** What anybody can ask for may use so much of the budget, so that resets and warnings still go out. */
const requestPercent = 80;

/** What is written of our own accord may use so much, so that sign-ups still go out. */
const digestPercent = 50;

/** For so long after it was claimed a mail may be under way, and counts as sent. */
const underWayMs = 60_000;

/** Claims are made one after the other, so that the budget is counted by one at a time. Any number will do. */
const budgetLock = 1;

/**
 * One sender a mail: whoever claims it has until the next attempt's time, which moves further away each time. No more
 * are claimed than the hour's budget has left, sign-ups after resets and warnings, digests last; `isHeldBack` says that it had not enough for all.
 */
export async function claimMails(db: Db, which: Waiting, { now, budget }: { now: Date; budget: number }) {
  const most = 'ids' in which ? which.ids.length : which.dueLimit;
  const spent = sql`(
    (select count(*) from ${outbox} where sent_at > ${ago(now, hourMs)})
    + (select count(*) from ${outbox} where sent_at is null and claimed_at > ${ago(now, underWayMs)}))`;
  const due = db
    .select({
      id: outbox.id,
      place:
        sql<number>`row_number() over (order by ${outbox.share} = 'digest', ${outbox.share} = 'request', ${outbox.nextAttemptAt}, ${outbox.id})`.as(
          'place',
        ),
    })
    .from(outbox)
    .where(isDue(which, now))
    .as('due');
  const part = (percent: number) => sql`${Math.floor((budget * percent) / 100)}::int`;
  const allowed = sql`case ${outbox.share} when 'request' then ${part(requestPercent)} when 'digest' then ${part(digestPercent)} else ${part(100)} end`;

  const [, mails, [waiting]] = await db.batch([
    db.execute(sql`select pg_advisory_xact_lock(${budgetLock})`),
    db
      .update(outbox)
      .set({
        attempts: sql`${outbox.attempts} + 1`,
        claimedAt: now,
        nextAttemptAt: sql`${now.toISOString()}::timestamptz + interval '2 minutes' * power(4, least(${outbox.attempts}, 6))`,
      })
      .from(due)
      .where(
        and(
          eq(outbox.id, due.id),
          isNull(outbox.sentAt),
          lte(due.place, most),
          sql`${spent} + ${due.place} <= ${allowed}`,
        ),
      )
      .returning({ id: outbox.id, sealed: outbox.sealed }),
    db.select({ count: sql<number>`count(*)::int` }).from(outbox).where(isDue(which, now)),
  ]);
  return { mails, isHeldBack: mails.length < most && (waiting?.count ?? 0) > 0 };
}

export type ClaimedMail = { id: string; sealed: Uint8Array | null };

/** Gives claimed mails back as they were: nobody has tried to send them. */
export const releaseMails = (db: Db, ids: readonly string[], now: Date) =>
  db
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} - 1`, claimedAt: null, nextAttemptAt: now })
    .where(inArray(outbox.id, [...ids]));

/** What it tells is told from now on, whatever becomes of its row. */
export const markSent = (db: Db, id: string, now: Date) =>
  db.batch([
    db.update(outbox).set({ sentAt: now, sealed: null, digestRiderId: null }).where(eq(outbox.id, id)),
    db.update(toldEncounters).set({ mailId: null }).where(eq(toldEncounters.mailId, id)),
  ]);

/**
 * Kept a day after sending for the count; given up after three days, when every link in it is dead. With what was not
 * sent goes what it was to tell.
 */
export const deleteOldMails = (db: Db, now: Date) =>
  deleteBatch(
    db,
    outbox,
    outbox.id,
    sql`${outbox.createdAt} < ${ago(now, 24 * hourMs)}
      and (${outbox.sentAt} is not null or ${outbox.createdAt} < ${ago(now, 72 * hourMs)})`,
  );

export const deleteDigestsOf = (db: Db, riderId: string) => db.delete(outbox).where(eq(outbox.digestRiderId, riderId));

export const deleteMailsTo = (db: Db, addressHashes: readonly Uint8Array[]) =>
  db.delete(outbox).where(inArray(outbox.addressHash, [...addressHashes]));
