import { type SQL, sql } from 'drizzle-orm';
import { users } from '../users/user.table.ts';
import { type ConnectionRow, connections } from './connection.table.ts';

/**
 * The other rider of a connection in any state, so that neither withdrawing a request nor hiding prevents a report or a
 * block. Locks that rider until the commit ends, so that the account is not deleted meanwhile.
 */
export const otherRiderOfConnection = (id: string, riderId: string): SQL => sql`(
  select u.id from ${connections} c join ${users} u
    on u.id = case when c.requester_id = ${riderId} then c.addressee_id else c.requester_id end
  where c.id = ${id} and ${riderId} in (c.requester_id, c.addressee_id) for key share of u)`;

/** In a query over connections: the connection of an encounter, whose two journeys these are. */
export const isOfJourneys = (one: string, other: string): SQL => sql`
  (least(requester_journey_id, addressee_journey_id) = least(${one}::uuid, ${other}::uuid)
    and greatest(requester_journey_id, addressee_journey_id) = greatest(${one}::uuid, ${other}::uuid))`;

/** The connection shows its rider the name of the other: it is accepted, or a request that the rider has received. */
export const showsName = (id: string, riderId: string): SQL => sql`
  (select c.state = 'accepted' or c.addressee_id = ${riderId} from ${connections} c where c.id = ${id})`;

export const isInState = (id: string, state: ConnectionRow['state']): SQL =>
  sql`(select c.state = ${state} from ${connections} c where c.id = ${id})`;
