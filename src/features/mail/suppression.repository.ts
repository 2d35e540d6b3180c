import { lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { type Suppression, suppressions } from './suppression.table.ts';

/** A suppression that lasts longer stays. */
export const upsertSuppression = (db: Db, suppression: Suppression) =>
  db
    .insert(suppressions)
    .values(suppression)
    .onConflictDoUpdate({
      target: suppressions.addressHash,
      set: { reason: suppression.reason, until: suppression.until },
      setWhere: sql`${suppressions.until} < excluded.until`,
    });

export const deleteExpiredSuppressions = (db: Db, now: Date) =>
  deleteBatch(db, suppressions, suppressions.addressHash, lt(suppressions.until, now));
