import { type SQL, sql } from 'drizzle-orm';
import { users } from '../users/user.table.ts';

/** `update` also waits for commits that insert rows which refer to the rider; `no key update` lets those through. */
export type RiderLock = 'update' | 'no key update';

const lockClauses = { update: sql`for update`, 'no key update': sql`for no key update` } as const;

export const lockRiderRow = (id: string, lock: RiderLock): SQL =>
  sql`select true from ${users} where ${users.id} = ${id} ${lockClauses[lock]}`;

/** A subquery of several riders, locked in the order of their ids, so that two commits cannot deadlock. */
export const lockRiderRows = (condition: SQL, lock: RiderLock): SQL => sql`(
  select * from ${users} where ${condition} order by id ${lockClauses[lock]}) as locked`;

/** The id of a rider who exists. Locks the rider until the commit ends, so that the account is not deleted meanwhile. */
export const riderById = (id: string | null): SQL => sql`(select id from ${users} where id = ${id} for key share)`;
