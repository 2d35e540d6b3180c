import { and, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { users } from '../users/user.table.ts';
import { identities } from './identity.table.ts';
import { oauthCodes } from './oauth-code.table.ts';
import { oauthStates } from './oauth-state.table.ts';

export const insertState = (db: Db, state: typeof oauthStates.$inferInsert) => db.insert(oauthStates).values(state);

type StateKey = { stateHash: Uint8Array; browserHash: Uint8Array; provider: 'google' | 'github' };

/** Takes the state out: it is good once, for the browser that began the sign-in and the provider it went to. */
export async function takeState(db: Db, { stateHash, browserHash, provider }: StateKey, now: Date) {
  const [row] = await db
    .delete(oauthStates)
    .where(
      and(
        eq(oauthStates.stateHash, stateHash),
        eq(oauthStates.browserHash, browserHash),
        eq(oauthStates.provider, provider),
        gt(oauthStates.expiresAt, now),
      ),
    )
    .returning({ returnTo: oauthStates.returnTo, codeChallenge: oauthStates.codeChallenge });
  return row;
}

export const insertCode = (db: Db, code: typeof oauthCodes.$inferInsert) => db.insert(oauthCodes).values(code);

type CodeKey = { codeHash: Uint8Array; codeChallenge: string };

/** The code, with the rider who has linked its subject (owner) and the rider who has its address (address owner). */
export async function findCode(db: Db, { codeHash, codeChallenge }: CodeKey, now: Date) {
  const owner = sql`owner`;
  const addressOwner = sql`address_owner`;
  const { rows } = await db.execute<{
    provider: 'google' | 'github';
    subject: string;
    email: string | null;
    is_email_verified: boolean;
    name: string;
    session_id: string | null;
    is_used: boolean;
    owner_id: string | null;
    owner_role: 'admin' | 'user' | 'guest' | null;
    owner_email: string | null;
    address_owner_id: string | null;
    address_owner_role: 'admin' | 'user' | 'guest' | null;
  }>(sql`
    select c.provider, c.subject, c.email, c.is_email_verified, c.name, c.session_id, c.used_at is not null as is_used,
      ${owner}.id as owner_id, ${owner}.role as owner_role, ${owner}.email as owner_email,
      ${addressOwner}.id as address_owner_id, ${addressOwner}.role as address_owner_role
    from ${oauthCodes} c
    left join ${identities} i on i.provider = c.provider and i.subject = c.subject
    left join ${users} ${owner} on ${owner}.id = i.user_id
    left join ${users} ${addressOwner} on ${addressOwner}.email = c.email
    where c.code_hash = ${sql.param(codeHash, oauthCodes.codeHash)} and c.code_challenge = ${codeChallenge}
      and c.expires_at > ${now.toISOString()}`);
  return rows[0];
}

export const lockUnusedCodeRow = (codeHash: Uint8Array): SQL => sql`
  select used_at is null from ${oauthCodes}
  where code_hash = ${sql.param(codeHash, oauthCodes.codeHash)} for update`;

export const isEnabled = (userId: string): SQL => sql`
  select ${users.disabledAt} is null from ${users} where ${users.id} = ${userId}`;

export const useCode = (db: Db, codeHash: Uint8Array, sessionId: string | null, now: Date) =>
  db.update(oauthCodes).set({ usedAt: now, sessionId }).where(eq(oauthCodes.codeHash, codeHash));

/** Inserts a rider whose address the provider has verified. They have no password until they set one. */
export const insertRider = (db: Db, rider: { id: string; email: string; name: string; now: Date }) =>
  db
    .insert(users)
    .values({ id: rider.id, email: rider.email, name: rider.name, createdAt: rider.now, updatedAt: rider.now });

export const deleteCodesByEmail = (db: Db, email: string) => db.delete(oauthCodes).where(eq(oauthCodes.email, email));

export const deleteExpiredStates = (db: Db, now: Date) =>
  deleteBatch(db, oauthStates, oauthStates.stateHash, lt(oauthStates.expiresAt, now));

export const deleteExpiredCodes = (db: Db, now: Date) =>
  deleteBatch(db, oauthCodes, oauthCodes.codeHash, lt(oauthCodes.expiresAt, now));
