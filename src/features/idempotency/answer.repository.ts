import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { idempotencyKeys, type KeptRow } from './answer.table.ts';

export const insertAnswer = (db: Db, row: KeptRow) => db.insert(idempotencyKeys).values(row);

export const selectAnswer = (db: Db, { userId, keyHash }: Pick<KeptRow, 'userId' | 'keyHash'>) =>
  db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.keyHash, keyHash)));

export const deleteOlder = (db: Db, than: Date) =>
  db.execute(sql`
    delete from ${idempotencyKeys} where (user_id, key_hash) in (
      select user_id, key_hash from ${idempotencyKeys} where created_at < ${than.toISOString()} limit 10000)`);
