import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type IdempotencyKeyRow, idempotencyKeys } from './answer.table.ts';

const isHash = (hash: Uint8Array): SQL<boolean> =>
  sql<boolean>`${idempotencyKeys.requestHash} = ${sql.param(hash, idempotencyKeys.requestHash)}`;

/**
 * Waits for another commit under the same key. Where that has a row already, it is raised as the message of `ensure`: a
 * row that this statement has inserted has no xmax.
 */
export function insertKey(db: Db, row: IdempotencyKeyRow) {
  const { userId, keyHash, requestHash, operation, resourceIds, status, createdAt } = row;
  return db.execute(sql`
    insert into ${idempotencyKeys} (user_id, key_hash, request_hash, operation, resource_ids, status, created_at)
    values (${userId}, ${sql.param(keyHash, idempotencyKeys.keyHash)},
      ${sql.param(requestHash, idempotencyKeys.requestHash)}, ${operation}, ${sql.param(resourceIds)}::uuid[], ${status},
      ${createdAt.toISOString()})
    on conflict (user_id, key_hash) do update set status = ${idempotencyKeys.status}
    returning ensure(${idempotencyKeys}.xmax = 0, json_build_object('isSame', ${isHash(requestHash)},
      'resourceIds', ${idempotencyKeys.resourceIds}, 'status', ${idempotencyKeys.status})::text)`);
}

type Request = Pick<IdempotencyKeyRow, 'userId' | 'keyHash' | 'requestHash'>;

export async function findKey(db: Db, { userId, keyHash, requestHash }: Request) {
  const { resourceIds, status } = idempotencyKeys;
  const [row] = await db
    .select({ isSame: isHash(requestHash), resourceIds, status })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.keyHash, keyHash)));
  return row;
}

export const deleteOlder = (db: Db, than: Date) =>
  db.execute(sql`
    delete from ${idempotencyKeys} where (user_id, key_hash) in (
      select user_id, key_hash from ${idempotencyKeys} where created_at < ${than.toISOString()} limit 10000)`);
