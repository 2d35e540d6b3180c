import { type SQL, sql } from 'drizzle-orm';
import { users } from '../users/user.table.ts';
import type { RiderLock } from './access.repository.ts';

/** A subquery of several riders, locked in the order of their ids, as by every commit that locks more than one. */
export const lockedRiders = (condition: SQL, lock: RiderLock): SQL => sql`(
  select * from ${users} where ${condition} order by id for ${sql.raw(lock)}) as locked`;
