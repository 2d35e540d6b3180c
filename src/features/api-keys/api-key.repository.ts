import { and, asc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';
import { type ApiKeyRow, apiKeys } from './api-key.table.ts';

const isLiveAt = (now: Date) =>
  and(eq(apiKeys.isActive, true), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)), isNull(users.disabledAt));

/** The key together with the present role of its rider. */
export async function findLiveKey(db: Db, prefix: string, now: Date) {
  const [row] = await db
    .select({ key: apiKeys, role: users.role })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.prefix, prefix), isLiveAt(now)));
  return row;
}

export const isLiveKey = (id: string, now: Date): SQL => sql`
  select true from ${apiKeys} join ${users} on ${users.id} = ${apiKeys.userId}
  where ${and(eq(apiKeys.id, id), isLiveAt(now))}`;

export const touchKey = (db: Db, id: string, now: Date) =>
  db.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, id));

export const hasRoom = (userId: string, max: number): SQL => sql`
  select count(*) < ${max} from ${apiKeys} where ${apiKeys.userId} = ${userId}`;

export const insertKey = (db: Db, key: ApiKeyRow) => db.insert(apiKeys).values(key);

export const listKeys = (db: Db, userId: string): Promise<ApiKeyRow[]> =>
  db.select().from(apiKeys).where(eq(apiKeys.userId, userId)).orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));

export const lockOwnKeyRow = (id: string, userId: string): SQL => sql`
  select true from ${apiKeys} where ${and(eq(apiKeys.id, id), eq(apiKeys.userId, userId))} for update`;

export type ApiKeyChanges = { [K in 'name' | 'scopes' | 'isActive' | 'expiresAt']?: ApiKeyRow[K] | undefined };

export const updateKey = (db: Db, id: string, changes: ApiKeyChanges) =>
  db
    .update(apiKeys)
    .set({ ...changes, version: sql`${apiKeys.version} + 1` })
    .where(eq(apiKeys.id, id))
    .returning();

export const deleteKey = (db: Db, id: string) => db.delete(apiKeys).where(eq(apiKeys.id, id));
