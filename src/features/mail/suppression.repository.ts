import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Suppression, suppressions } from './suppression.table.ts';

/** What holds longer stays. */
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
  db.execute(sql`
    delete from ${suppressions} where address_hash in (
      select address_hash from ${suppressions} where until < ${now.toISOString()} limit 10000)`);
