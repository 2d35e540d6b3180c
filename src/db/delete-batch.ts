import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Db } from './client.ts';

/** The rest waits for the next run. */
const maxRows = 10_000;

/** Deletes what is over, so much of it that no run is long. What another run is at is left to it. */
export const deleteBatch = (db: Db, table: PgTable, key: AnyColumn, isOver: SQL | undefined) =>
  db.execute(sql`
    delete from ${table} where ${key} = any(array(
      select ${key} from ${table} where ${isOver} limit ${maxRows} for update skip locked))`);
