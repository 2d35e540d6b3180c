import { and, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { outbox } from './outbox.table.ts';

export const mailsPerAddress = { hour: 3, day: 10 };

const hourMs = 60 * 60 * 1_000;
const ago = (now: Date, ms: number): string => new Date(now.getTime() - ms).toISOString();

/** Held until the commit ends, so that mails to one address are counted by one commit after the other. */
export const lockAddress = (db: Db, addressHash: Uint8Array) =>
  db.execute(sql`select pg_advisory_xact_lock(${lockNumber(addressHash)}::bigint)`);

/** Two addresses that share a number wait for each other, and that is all. */
const lockNumber = (hash: Uint8Array): string => String(new DataView(hash.slice(0, 8).buffer).getBigInt64(0));

/** Inserts the mail where `condition` holds and its address has not had its share of mails; counts nothing otherwise. */
export function insertMail(
  db: Db,
  mail: { id: string; addressHash: Uint8Array; sealed: Uint8Array; now: Date },
  condition: SQL | boolean,
) {
  const at = mail.now.toISOString();
  const addressHash = sql.param(mail.addressHash, outbox.addressHash);
  const sentSince = (since: string) => sql`
    (select count(*) from ${outbox} where ${outbox.addressHash} = ${addressHash} and ${outbox.createdAt} > ${since})`;
  return db.execute(sql`
    insert into ${outbox} (id, address_hash, sealed, created_at, next_attempt_at)
    select ${mail.id}, ${addressHash}, ${sql.param(mail.sealed, outbox.sealed)}, ${at}, ${at}
    where (${condition}) and ${sentSince(ago(mail.now, hourMs))} < ${mailsPerAddress.hour}
      and ${sentSince(ago(mail.now, 24 * hourMs))} < ${mailsPerAddress.day}`);
}

/** One sender a mail: whoever claims it has until the next attempt's time, which moves further away each time. */
export function claimMails(db: Db, which: { ids: readonly string[] } | { dueLimit: number }, now: Date) {
  const due = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        isNull(outbox.sentAt),
        lte(outbox.nextAttemptAt, now),
        'ids' in which ? inArray(outbox.id, [...which.ids]) : undefined,
      ),
    )
    .orderBy(outbox.nextAttemptAt)
    .limit('ids' in which ? which.ids.length : which.dueLimit)
    .for('update', { skipLocked: true });
  return db
    .update(outbox)
    .set({
      attempts: sql`${outbox.attempts} + 1`,
      nextAttemptAt: sql`${now.toISOString()}::timestamptz + interval '2 minutes' * power(4, least(${outbox.attempts}, 6))`,
    })
    .where(inArray(outbox.id, due))
    .returning({ id: outbox.id, sealed: outbox.sealed });
}

export const markSent = (db: Db, id: string, now: Date) =>
  db.update(outbox).set({ sentAt: now, sealed: null }).where(eq(outbox.id, id));

/** Kept a day after sending for the count; given up after three days, when every link in it is dead. */
export const deleteOldMails = (db: Db, now: Date) =>
  db.execute(sql`
    delete from ${outbox} where id in (
      select id from ${outbox} where created_at < ${ago(now, 24 * hourMs)}
        and (sent_at is not null or created_at < ${ago(now, 72 * hourMs)}) limit 10000)`);

export const deleteMailsTo = (db: Db, addressHashes: readonly Uint8Array[]) =>
  db.delete(outbox).where(inArray(outbox.addressHash, [...addressHashes]));
