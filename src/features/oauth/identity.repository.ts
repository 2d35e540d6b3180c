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

export const isOwnIdentity = (id: string, userId: string): SQL => sql`
  select true from ${identities} where ${and(eq(identities.id, id), eq(identities.userId, userId))}`;

/** The rider has a password or another identity. */
export const hasOtherLogin = (id: string, userId: string): SQL => sql`
  select ${users.passwordHash} is not null or exists (
    select from ${identities} i where i.user_id = ${userId} and i.id <> ${id})
  from ${users} where ${users.id} = ${userId}`;

export const deleteIdentity = (db: Db, id: string, userId: string) =>
  db.delete(identities).where(and(eq(identities.id, id), eq(identities.userId, userId)));
