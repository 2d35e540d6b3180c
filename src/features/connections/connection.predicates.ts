import { type SQL, sql } from 'drizzle-orm';
import { users } from '../users/user.table.ts';
import { connections } from './connection.table.ts';

/**
 * The other rider of a connection in any state, so that neither withdrawing a request nor hiding prevents a report or a
 * block. Locks that rider until the commit ends, so that the account is not deleted meanwhile.
 */
export const otherRiderOfConnection = (id: string, riderId: string): SQL => sql`(
  select u.id from ${connections} c join ${users} u
    on u.id = case when c.requester_id = ${riderId} then c.addressee_id else c.requester_id end
  where c.id = ${id} and ${riderId} in (c.requester_id, c.addressee_id) for key share of u)`;
