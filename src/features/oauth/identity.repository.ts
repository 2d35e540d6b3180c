import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';
import { type IdentityRow, identities } from './identity.table.ts';

export const insertIdentity = (db: Db, identity: IdentityRow) => db.insert(identities).values(identity);

export const listIdentities = (db: Db, userId: string): Promise<IdentityRow[]> =>
  db
    .select()
    .from(identities)
    .where(eq(identities.userId, userId))
    .orderBy(asc(identities.createdAt), asc(identities.id));

/** A guard's condition. */
export const identityOwned = (id: string, userId: string): SQL => sql`
  select true from ${identities} where ${and(eq(identities.id, id), eq(identities.userId, userId))}`;

/** A guard's condition that only locks: who unlinks twice at once takes turns, and the count after it sees what is left. */
export const ownerLocked = (userId: string): SQL => sql`
  select true from ${users} where ${users.id} = ${userId} for update`;

/** A guard's condition. */
export const anotherMethodStays = (id: string, userId: string): SQL => sql`
  select ${users.passwordHash} is not null or exists (
    select from ${identities} i where i.user_id = ${userId} and i.id <> ${id})
  from ${users} where ${users.id} = ${userId}`;

export const deleteIdentity = (db: Db, id: string, userId: string) =>
  db.delete(identities).where(and(eq(identities.id, id), eq(identities.userId, userId)));
