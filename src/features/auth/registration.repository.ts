import { and, desc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { audit } from '../audit/audit.table.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import { type NewRegistration, registrations } from './registration.table.ts';

export const hasNoAccount = (email: string): SQL =>
  sql`not exists (select from ${users} where ${users.email} = ${email})`;
export const hasAccount = (email: string): SQL => sql`exists (select from ${users} where ${users.email} = ${email})`;

const networkParam = (networkHash: Uint8Array): SQL => sql`${sql.param(networkHash, audit.networkHash)}::bytea`;

/** Holds the lock until the commit ends, so that commits count the sign-up mails of a network in turn. */
export const lockNetwork = (db: Db, networkHash: Uint8Array) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtextextended(encode(${networkParam(networkHash)}, 'hex'), 1))`);

/**
 * `condition` holds, and the network has asked for fewer sign-up mails since a time. It counts requests and not mails, because the number of mails
 * reveals which addresses have an account or a pending registration.
 */
export const hasAskedForFewer = (networkHash: Uint8Array, maxMails: number, since: Date, condition: SQL): SQL => sql`
  ${condition} and (select count(*) from ${audit} where ${inArray(audit.action, ['auth.register', 'auth.verification_resend'])}
    and ${audit.at} > ${since.toISOString()} and ${audit.networkHash} = ${networkParam(networkHash)}) < ${maxMails}::integer`;

export const isUsernameFree = (username: string): SQL => sql`username_is_free(${username})`;

export const insertRegistration = (db: Db, registration: NewRegistration) =>
  db.insert(registrations).values(registration);

/**
 * Replaces the token of the newest registration that has not expired, so that the earlier link stops working. Only
 * where the mail with the new token was queued: too many requests must not end a link that is on its way. `!` before a
 * hash marks an address with several passwords: its link sets none. A login ignores the mark and does not reveal it.
 */
export function replaceToken(
  db: Db,
  email: string,
  token: { hash: Uint8Array; expiresAt: Date; mailId: string },
  now: Date,
) {
  return db.execute(sql`
    update ${registrations} r set password_hash = case when exists (
        select from ${registrations} o where o.email = r.email and o.expires_at > ${now.toISOString()}
          and ltrim(o.password_hash, '!') <> ltrim(r.password_hash, '!')
      ) then '!' || ltrim(r.password_hash, '!') else r.password_hash end, token_hash = ${sql.param(token.hash, registrations.tokenHash)}, expires_at = ${token.expiresAt.toISOString()}
    where id = (
      select id from ${registrations} where email = ${email} and expires_at > ${now.toISOString()}
      order by created_at desc limit 1)
      and ${hasNoAccount(email)} and exists (select from ${outbox} where id = ${token.mailId})`);
}

export const hasPendingRegistration = (email: string, now: Date): SQL =>
  sql`exists (select from ${registrations} where email = ${email} and expires_at > ${now.toISOString()}) and ${hasNoAccount(email)}`;

/**
 * True for a token that has not expired. Locks every registration of its address in the order of their ids, so that
 * only one of several parallel uses succeeds, of one link or of several.
 */
export function lockRegistrationRows(tokenHash: Uint8Array, now: Date): SQL {
  const isTheToken = sql`token_hash = ${sql.param(tokenHash, registrations.tokenHash)}`;
  return sql`
    select bool_or(${isTheToken} and expires_at > ${now.toISOString()}) from (
      select token_hash, expires_at from ${registrations}
      where email = (select email from ${registrations} where ${isTheToken}) order by id for update) as locked`;
}

/**
 * Inserts the rider of a registration and deletes all registrations of the address, in one statement. Where they had
 * several passwords, a stranger may have set the one of this link, so the rider gets none yet. A username that was
 * taken in the meantime is left out.
 */
export function redeemRegistration(db: Db, tokenHash: Uint8Array, userId: string, now: Date) {
  const at = now.toISOString();
  return db.execute(sql`
    with redeemed as (
      delete from ${registrations}
      where token_hash = ${sql.param(tokenHash, registrations.tokenHash)} and expires_at > ${at} returning *
    ), others as (
      delete from ${registrations} r using redeemed where r.email = redeemed.email and r.id <> redeemed.id
    )
    insert into ${users} (id, email, username, name, password_hash, created_at, updated_at)
    select ${userId}, email,
      case when username_is_free(username) then username end,
      name, case when password_hash like '$%' and not exists (
        select from ${registrations} o where o.email = redeemed.email and o.expires_at > ${at}
          and ltrim(o.password_hash, '!') <> redeemed.password_hash) then password_hash end, ${at}, ${at}
    from redeemed`);
}

export const selectNewestRegistration = (db: Db, email: string, now: Date) =>
  db
    .select({ passwordHash: sql<string>`ltrim(${registrations.passwordHash}, '!')` })
    .from(registrations)
    .where(and(eq(registrations.email, email), gt(registrations.expiresAt, now)))
    .orderBy(desc(registrations.createdAt))
    .limit(1);

export const deleteRegistrationsAt = (db: Db, email: string) =>
  db.delete(registrations).where(eq(registrations.email, email));

export const deleteExpiredRegistrations = (db: Db, now: Date) =>
  deleteBatch(db, registrations, registrations.id, lt(registrations.expiresAt, now));
