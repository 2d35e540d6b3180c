import { and, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import { passwordResets } from './password-reset.table.ts';

/** The address has an account that is not disabled. */
export const hasEnabledAccount = (email: string): SQL =>
  sql`exists (select from ${users} where ${users.email} = ${email} and ${users.disabledAt} is null)`;

/** A token in a queued mail, and how many such mails an address gets in a day. */
type MailedToken = { hash: Uint8Array; expiresAt: Date; mailId: string; mailsPerDay: number; now: Date };

/**
 * Replaces the token of an earlier reset, where the mail with the new token was queued. Does nothing where the address
 * has no account; the lock keeps the rider from being deleted at the same time. The last token that may be mailed in a
 * day is valid until the next mail may be sent, so that strangers who use up the mails leave a valid link.
 */
export const upsertReset = (db: Db, email: string, { hash, expiresAt, mailId, mailsPerDay, now }: MailedToken) =>
  db.execute(sql`
    insert into ${passwordResets} (user_id, token_hash, expires_at)
    select ${users.id}, ${sql.param(hash, passwordResets.tokenHash)}, greatest(${expiresAt.toISOString()}::timestamptz, (
      select min(o.created_at) + interval '24 hours' from ${outbox} m join ${outbox} o on o.address_hash = m.address_hash
      where m.id = ${mailId} and o.created_at > ${now.toISOString()}::timestamptz - interval '24 hours'
      having count(*) >= ${mailsPerDay}::integer))
    from ${users} where ${users.email} = ${email} and ${users.disabledAt} is null
      and exists (select from ${outbox} where ${outbox.id} = ${mailId})
    for key share of ${users}
    on conflict (user_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`);

/** A reset for a rider whom this commit has created without a password. */
export const insertFirstReset = (db: Db, userId: string, token: { hash: Uint8Array; expiresAt: Date }) =>
  db.execute(sql`
    insert into ${passwordResets} (user_id, token_hash, expires_at)
    select ${users.id}, ${sql.param(token.hash, passwordResets.tokenHash)}, ${token.expiresAt.toISOString()}
    from ${users} where ${users.id} = ${userId} and ${users.passwordHash} is null
    returning user_id`);

export async function findResetUser(db: Db, tokenHash: Uint8Array, now: Date) {
  const [row] = await db
    .select({ id: users.id, email: users.email, username: users.username })
    .from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId))
    .where(and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now)));
  return row;
}

export const lockResetRow = (tokenHash: Uint8Array, now: Date): SQL => sql`
  select true from ${passwordResets}
  where token_hash = ${sql.param(tokenHash, passwordResets.tokenHash)} and expires_at > ${now.toISOString()} for update`;

export const deleteResets = (db: Db, userId: string) =>
  db.delete(passwordResets).where(eq(passwordResets.userId, userId));

export const deleteExpiredResets = (db: Db, now: Date) =>
  deleteBatch(db, passwordResets, passwordResets.userId, lt(passwordResets.expiresAt, now));

export const selectCredentials = (db: Db, userId: string) =>
  db
    .select({ email: users.email, username: users.username, role: users.role, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, userId));

export const updatePasswordHash = (db: Db, userId: string, passwordHash: string, now: Date) =>
  db
    .update(users)
    .set({ passwordHash, version: sql`${users.version} + 1`, updatedAt: now })
    .where(eq(users.id, userId));

/** Another hash of the same password. The version of the rider stays. */
export const replaceHash = (db: Db, userId: string, { from, to }: { from: string; to: string }) =>
  db
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, userId), eq(users.passwordHash, from)));

/** A statement before this one, in the same transaction, has given the rider this hash. */
export const hasRehashedHere = (userId: string, passwordHash: string): SQL => sql`
  exists (select from ${users} where id = ${userId} and password_hash = ${passwordHash} and xmin = pg_current_xact_id()::xid)`;

/** The rider has one of the hashes and is not disabled. */
export const hasPasswordHash = (userId: string, hashes: readonly string[]): SQL => sql`
  select ${inArray(users.passwordHash, [...hashes])} and ${users.disabledAt} is null from ${users}
  where ${users.id} = ${userId}`;
