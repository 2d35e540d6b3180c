import { type SQL, sql } from 'drizzle-orm';
import { users } from '../users/user.table.ts';

/** `update` also waits for commits that insert rows which refer to the rider; `no key update` lets those through. */
export type RiderLock = 'update' | 'no key update';

export const lockedRider = (id: string, lock: RiderLock): SQL =>
  sql`select true from ${users} where ${users.id} = ${id} for ${sql.raw(lock)}`;

/** A subquery of several riders, locked in the order of their ids, so that two commits cannot deadlock. */
export const lockedRiders = (condition: SQL, lock: RiderLock): SQL => sql`(
  select * from ${users} where ${condition} order by id for ${sql.raw(lock)}) as locked`;
