import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Db } from './client.ts';

/** The next run deletes the rest. */
const maxRows = 10_000;

/** Deletes the rows from before a time, the oldest first. For tables whose key has several columns. */
export const deleteOldest = (db: Db, table: PgTable, at: AnyColumn, before: Date) =>
  db.execute(sql`
    delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${at} <= ${before.toISOString()} order by ${at} limit ${maxRows}
      for update skip locked))`);

/** Deletes expired rows, but not so many that a run takes long. Rows that another run has locked are skipped. */
export const deleteBatch = (db: Db, table: PgTable, key: AnyColumn, isExpired: SQL | undefined) =>
  db.execute(sql`
    delete from ${table} where ${key} = any(array(
      select ${key} from ${table} where ${isExpired} limit ${maxRows} for update skip locked))`);
