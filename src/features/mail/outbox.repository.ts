import { and, eq, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { bothTakePart, hasBlocked, isOutOfSight, isVisibleToOthers } from '../audience/audience.predicates.ts';
import { connections } from '../connections/connection.table.ts';
import { digestEncounters } from '../discovery/digest-encounter.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { mailsPerAddress, requestPercent } from './mail-limits.rules.ts';
import { type OutboxShare, outbox } from './outbox.table.ts';
import { suppressions } from './suppression.table.ts';

const hourMs = 60 * 60 * 1_000;
const ago = (now: Date, ms: number): string => new Date(now.getTime() - ms).toISOString();

/** Holds the lock until the commit ends, so that commits count the mails to an address in turn. */
export const lockAddress = (db: Db, addressHash: Uint8Array) =>
  db.execute(sql`select pg_advisory_xact_lock(${lockNumber(addressHash)}::bigint)`);

/** Two addresses may share a number. Their commits then wait for each other, which is harmless. */
const lockNumber = (hash: Uint8Array): string => String(new DataView(hash.slice(0, 8).buffer).getBigInt64(0));

type NewMail = {
  id: string;
  addressHash: Uint8Array;
  /** The hashes under which the address may be suppressed. */
  suppressedAs: readonly Uint8Array[];
  share: OutboxShare;
  sealed: Uint8Array;
  digest: { riderId: string; pairs: number } | undefined;
  connectionId: string | undefined;
  now: Date;
};

/** Inserts the mail where `condition` holds, and the address is under its rate limit and not suppressed. */
export function insertMail(db: Db, mail: NewMail, condition: SQL | boolean) {
  const at = mail.now.toISOString();
  const addressHash = sql.param(mail.addressHash, outbox.addressHash);
  const queuedSince = (since: string) => sql`
    (select count(*) from ${outbox} where ${outbox.addressHash} = ${addressHash} and ${outbox.createdAt} > ${since})`;
  return db.execute(sql`
    insert into ${outbox} (id, address_hash, share, sealed, digest_rider_id, digest_pairs, connection_id, created_at, next_attempt_at)
    select ${mail.id}, ${addressHash}, ${mail.share}, ${sql.param(mail.sealed, outbox.sealed)}, ${mail.digest?.riderId ?? null}::uuid,
      ${mail.digest?.pairs ?? null}::integer, ${mail.connectionId ?? null}::uuid, ${at}, ${at}
    where (${condition}) and ${queuedSince(ago(mail.now, hourMs))} < ${mailsPerAddress.hour}
      and ${queuedSince(ago(mail.now, 24 * hourMs))} < ${mailsPerAddress.day}
      and not exists (select from ${suppressions} where ${inArray(suppressions.addressHash, [...mail.suppressedAs])} and until > ${at})`);
}

/** At most `limit` of the mails that are due. If `ids` is set, only mails with these ids. */
export type MailSelection = { ids?: readonly string[]; limit: number };

const isDue = ({ ids }: MailSelection, now: Date) =>
  and(isNull(outbox.sentAt), lte(outbox.nextAttemptAt, now), ids && inArray(outbox.id, [...ids]));

/**
 * In a query over mails: a digest that reports a journey which its rider may not learn of any more, or may not see by
 * name. A pair of which a
 * journey was deleted does not exist any more either, so the pairs are counted.
 */
const isOutdatedDigest = sql`${outbox.digestPairs} > (
  select count(*) from ${digestEncounters} join ${journeys} on ${journeys.no} = ${digestEncounters.otherNo}
  where ${digestEncounters.mailId} = ${outbox.id} and ${isVisibleToOthers}
    and not ${hasBlocked(journeys.ownerId, outbox.digestRiderId)}
    and not (${journeys.visibility} = 'public' and ${isOutOfSight(journeys.ownerId, outbox.digestRiderId)}))`;

/**
 * In a query over mails: a mail about a connection of which one rider takes no part or has blocked the other, or that is
 * withdrawn or deleted.
 */
const isOutdatedConnection = sql`not exists (
  select from ${connections} where ${connections.id} = ${outbox.connectionId} and not ${connections.isWithdrawn}
    and not ${hasBlocked(connections.requesterId, connections.addresseeId)}
    and not ${hasBlocked(connections.addresseeId, connections.requesterId)}
    and ${bothTakePart})`;

/**
 * Deletes the due mails that would name a rider who may not be named any more. Runs before `claimMails` in the same
 * commit.
 */
export const deleteOutdatedMails = (db: Db, selection: MailSelection, now: Date) =>
  db
    .delete(outbox)
    .where(
      and(
        isDue(selection, now),
        or(
          and(isNotNull(outbox.digestRiderId), isOutdatedDigest),
          and(isNotNull(outbox.connectionId), isOutdatedConnection),
        ),
      ),
    );

/** The part of the budget for digests and mails about connections. The rest stays for sign-ups, resets and warnings. */
const digestPercent = 50;

const isLeastUrgent = inArray(outbox.share, ['digest', 'connection_request', 'connection_accepted']);

/** A mail that was claimed this recently may be on its way and counts as sent. */
const underWayMs = 60_000;

/** Any number that no other lock uses. */
const budgetLock = 1;

/** Runs before `claimMails` in the same commit, so that claims count the budget in turn. */
export const lockBudget = (db: Db) => db.execute(sql`select pg_advisory_xact_lock(${budgetLock})`);

/**
 * Claims mails for one sender, until the time of their next attempt. The wait grows with each attempt. Claims no more
 * than the budget of the hour has left: resets and warnings first, then sign-ups, then digests and mails about connections.
 */
export function claimMails(db: Db, selection: MailSelection, { now, budget }: { now: Date; budget: number }) {
  const spent = sql`(
    (select count(*) from ${outbox} where sent_at > ${ago(now, hourMs)})
    + (select count(*) from ${outbox} where sent_at is null and claimed_at > ${ago(now, underWayMs)}))`;
  const due = db
    .select({
      id: outbox.id,
      place:
        sql<number>`row_number() over (order by ${isLeastUrgent}, ${outbox.share} = 'request', ${outbox.nextAttemptAt}, ${outbox.id})`.as(
          'place',
        ),
    })
    .from(outbox)
    .where(isDue(selection, now))
    .as('due');
  const part = (percent: number) => sql`${Math.floor((budget * percent) / 100)}::int`;
  const allowed = sql`case when ${isLeastUrgent} then ${part(digestPercent)} when ${outbox.share} = 'request' then ${part(requestPercent)} else ${part(100)} end`;

  return db
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
        lte(due.place, selection.limit),
        sql`${spent} + ${due.place} <= ${allowed}`,
      ),
    )
    .returning({ id: outbox.id, sealed: outbox.sealed });
}

/** The mails that are still due after `claimMails`. */
export const countDueMails = (db: Db, selection: MailSelection, now: Date) =>
  db.select({ count: sql<number>`count(*)::int` }).from(outbox).where(isDue(selection, now));

export type ClaimedMail = { id: string; sealed: Uint8Array | null };

/** Gives claimed mails back that nobody has tried to send. */
export const releaseMails = (db: Db, ids: readonly string[], now: Date) =>
  db
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} - 1`, claimedAt: null, nextAttemptAt: now })
    .where(inArray(outbox.id, [...ids]));

/** Also detaches the encounters of a digest from its row, so that they stay reported when the row is deleted. */
export const markSent = (db: Db, id: string, now: Date) =>
  db.batch([
    db.update(outbox).set({ sentAt: now, sealed: null, digestRiderId: null }).where(eq(outbox.id, id)),
    db.update(digestEncounters).set({ mailId: null }).where(eq(digestEncounters.mailId, id)),
  ]);

/**
 * A mail is kept for a day for the rate limit of its address, and for an hour after it was sent for the budget. A mail
 * that could not be sent is deleted after three days, when its tokens for an account have expired; the encounters that
 * it would have reported are deleted with it.
 */
export const deleteOldMails = (db: Db, now: Date) =>
  deleteBatch(
    db,
    outbox,
    outbox.id,
    sql`${outbox.createdAt} < ${ago(now, 24 * hourMs)}
      and (${outbox.sentAt} < ${ago(now, hourMs)} or (${outbox.sentAt} is null and ${outbox.createdAt} < ${ago(now, 72 * hourMs)}))`,
  );

export const deleteDigestsOf = (db: Db, riderId: string) => db.delete(outbox).where(eq(outbox.digestRiderId, riderId));

export const deleteMailsTo = (db: Db, addressHashes: readonly Uint8Array[]) =>
  db.delete(outbox).where(inArray(outbox.addressHash, [...addressHashes]));
