import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { guardMessageOf } from '../../db/commit.ts';
import { deleteOldest } from '../../db/delete-batch.ts';
import { maxKeys } from './idempotency-key.rules.ts';
import { type IdempotencyKeyRow, idempotencyKeys } from './idempotency-key.table.ts';

const isHash = (hash: Uint8Array): SQL<boolean> =>
  sql<boolean>`${idempotencyKeys.requestHash} = ${sql.param(hash, idempotencyKeys.requestHash)}`;

/**
 * Waits for another commit under the same key. Deletes the oldest keys where the rider has too many; they are listed as an
 * array, because Postgres might list them anew for each row of a table that it takes for small. Where a row exists already,
 * it raises that row as the message of `ensure`: only a row that this statement has inserted has no xmax.
 */
export function insertKey(db: Db, row: IdempotencyKeyRow) {
  const { userId, keyHash, requestHash, operation, resourceIds, status, createdAt } = row;
  const key = sql.param(keyHash, idempotencyKeys.keyHash);
  return db.execute(sql`
    with surplus as (
      delete from ${idempotencyKeys} where user_id = ${userId} and key_hash = any(array(
        select key_hash from ${idempotencyKeys} where user_id = ${userId} and key_hash <> ${key}
        order by created_at desc offset ${maxKeys - 1} limit 100))
    )
    insert into ${idempotencyKeys} (user_id, key_hash, request_hash, operation, resource_ids, status, created_at)
    values (${userId}, ${key},
      ${sql.param(requestHash, idempotencyKeys.requestHash)}, ${operation}, ${sql.param(resourceIds)}::uuid[], ${status},
      ${createdAt.toISOString()})
    on conflict (user_id, key_hash) do update set status = ${idempotencyKeys.status}
    returning ensure(${idempotencyKeys}.xmax = 0, json_build_object('isSame', ${isHash(requestHash)},
      'resourceIds', ${idempotencyKeys.resourceIds}, 'status', ${idempotencyKeys.status})::text)`);
}

type Request = Pick<IdempotencyKeyRow, 'userId' | 'keyHash' | 'requestHash'>;

/** The row of an idempotency key. `isSame`: its request was the same as this one. */
export type KeyRecord = { isSame: boolean; resourceIds: string[]; status: number };

const isRecord = (value: unknown): value is KeyRecord =>
  typeof value === 'object' && value !== null && 'isSame' in value && 'resourceIds' in value && 'status' in value;

/** The row that `insertKey` has raised, if the commit was refused for that reason. */
export function readRaisedKey(error: unknown): KeyRecord | undefined {
  const message = guardMessageOf(error);
  if (!message?.startsWith('{')) return;
  const raised: unknown = JSON.parse(message);
  return isRecord(raised) ? raised : undefined;
}

export async function findKey(db: Db, { userId, keyHash, requestHash }: Request): Promise<KeyRecord | undefined> {
  const { resourceIds, status } = idempotencyKeys;
  const [row] = await db
    .select({ isSame: isHash(requestHash), resourceIds, status })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.keyHash, keyHash)));
  return row;
}

export const deleteOldKeys = (db: Db, before: Date) =>
  deleteOldest(db, idempotencyKeys, idempotencyKeys.createdAt, before);
