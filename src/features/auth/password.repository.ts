import { and, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { outbox } from '../mail/outbox.table.ts';
import { users } from '../users/user.table.ts';
import { passwordResets } from './password-reset.table.ts';

export const accountOpen = (email: string): SQL =>
  sql`exists (select from ${users} where ${users.email} = ${email} and ${users.disabledAt} is null)`;

/**
 * The newest token is the only one, once its mail is queued; nothing happens where the address has no account, nor, with
 * the rider locked, where it goes in this moment.
 */
export const upsertReset = (db: Db, email: string, token: { hash: Uint8Array; expiresAt: Date; mailId: string }) =>
  db.execute(sql`
    insert into ${passwordResets} (user_id, token_hash, expires_at)
    select ${users.id}, ${sql.param(token.hash, passwordResets.tokenHash)}, ${token.expiresAt.toISOString()}
    from ${users} where ${users.email} = ${email} and ${users.disabledAt} is null
      and exists (select from ${outbox} where ${outbox.id} = ${token.mailId})
    for key share of ${users}
    on conflict (user_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`);

/** For a rider who was made without a password just now. */
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

/** A guard's condition; locks the token, so that of many who use it at once one wins. */
export const resetRedeemable = (tokenHash: Uint8Array, now: Date): SQL => sql`
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

/** The same password under another hash: no new version of the rider. */
export const replaceHash = (db: Db, userId: string, { from, to }: { from: string; to: string }) =>
  db
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, userId), eq(users.passwordHash, from)));

/** Whether a statement before this one, in the same transaction, has given the rider this hash. */
export const rehashedHere = (userId: string, passwordHash: string): SQL => sql`
  exists (select from ${users} where id = ${userId} and password_hash = ${passwordHash} and xmin = pg_current_xact_id()::xid)`;

/**
 * A guard's condition: the rider, locked, still has the hash that the password was held against, or another one of it.
 * Hashing takes long enough for a reset to come between.
 */
export const hashIsOneOf = (userId: string, hashes: readonly string[]): SQL => sql`
  select ${inArray(users.passwordHash, [...hashes])} and ${users.disabledAt} is null from ${users}
  where ${users.id} = ${userId} for update`;

/** A guard's condition that only locks: everybody who changes a password takes the rider first. */
export const riderLocked = (userId: string): SQL => sql`
  select true from ${users} where ${users.id} = ${userId} for update`;
