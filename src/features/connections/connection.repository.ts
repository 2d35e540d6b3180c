import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { lockRiderRows } from '../access/access.predicates.ts';
import { hasBlocked, involvesRider, isOtherShown, isPair, joinsOtherRider } from '../audience/audience.predicates.ts';
import { blocks } from '../blocks/block.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import { isInState } from './connection.predicates.ts';
import type { Pair } from './connection.rules.ts';
import { type ConnectionRow, connections } from './connection.table.ts';

export type ConnectionRecord = Pair & { ownName: string };

const selectRecords = (db: Db, riderId: string) =>
  db
    .select({
      connection: connections,
      other: { id: users.id, name: users.name, email: users.email },
      isOtherShown: sql<boolean>`${isOtherShown(riderId)}`,
      ownName: sql<string>`(select me.name from ${users} me where me.id = ${riderId})`,
    })
    .from(connections);

export const selectConnection = (db: Db, id: string, riderId: string) =>
  selectRecords(db, riderId).innerJoin(users, joinsOtherRider(riderId)).where(eq(connections.id, id));

type Position = { after: readonly string[] | undefined; limit: number };

/** Newest request first. */
export const listConnections = (
  db: Db,
  riderId: string,
  state: ConnectionRow['state'] | undefined,
  { after, limit }: Position,
) =>
  selectRecords(db, riderId)
    .innerJoin(users, joinsOtherRider(riderId))
    .where(
      and(
        state &&
          sql`case when ${connections.state} = 'declined' and ${connections.requesterId} = ${riderId}
          then 'requested' else ${connections.state} end = ${state}`,
        after && sql`(${connections.askedAt}, ${connections.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(connections.askedAt), desc(connections.id))
    .limit(limit);

/** All connections and requests of a rider, including those that the rider may not see. */
export const selectConnectionsOf = (db: Db, riderId: string) =>
  db
    .select()
    .from(connections)
    .where(or(eq(connections.requesterId, riderId), eq(connections.addresseeId, riderId)))
    .orderBy(desc(connections.askedAt))
    .limit(10_000);

/** Locks both riders; true where both exist. */
export const lockBothRiderRows = (one: string, other: string): SQL => sql`
  select count(*) = 2 from ${lockRiderRows(sql`id in (${one}, ${other})`, 'no key update')}`;

/** Both riders take part in discovery, and the other one has not blocked the caller. */
export const takePart = (callerId: string, otherId: string, joinedBy: Date): SQL => sql`
  select count(*) = 2 and not ${hasBlocked(otherId, callerId)} from ${users} where id in (${callerId}, ${otherId})
    and ${users.takesPart} and ${users.createdAt} <= ${joinedBy.toISOString()}`;

export const hasNotBlocked = (callerId: string, otherId: string): SQL => sql`not ${hasBlocked(callerId, otherId)}`;

/** Locks the connections of the two riders; true where they are as they were read. */
export const lockUnchangedConnectionRows = (existing: readonly ConnectionRow[], one: string, other: string): SQL => sql`
  select count(*) = ${existing.length} and count(*) = count(*) filter (where exists (
    select from json_to_recordset(${JSON.stringify(existing)})
      as e (id uuid, "requesterId" uuid, state text, "isWithdrawn" boolean, "askedAt" timestamptz)
    where e.id = c.id and e."requesterId" = c.requester_id and e.state = c.state and e."isWithdrawn" = c.is_withdrawn
      and e."askedAt" = c.asked_at))
  from (select * from ${connections} where ${isPair(one, other)} order by id for update) c`;

export const upsertConnection = (db: Db, { id, ...row }: ConnectionRow) =>
  db
    .insert(connections)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: connections.id, set: row });

/** Locks the connection; true where the rider sees it. */
export const lockConnectionRow = (id: string, riderId: string): SQL => sql`
  select true from ${connections} join ${users} on ${joinsOtherRider(riderId)} where ${connections.id} = ${id}
  for update of ${connections}`;

/** The same for a request that was sent to this rider. */
export const lockReceivedRequestRow = (id: string, riderId: string): SQL => sql`
  select true from ${connections} join ${users} on ${joinsOtherRider(riderId)}
  where ${connections.id} = ${id} and ${connections.addresseeId} = ${riderId} for update of ${connections}`;

/** The request is neither accepted nor declined. */
export const isOpen = (id: string): SQL => isInState(id, 'requested');

/** The request exists and is not accepted yet. */
export const isPending = (id: string): SQL =>
  sql`exists (select from ${connections} where id = ${id} and state <> 'accepted')`;

export const acceptConnection = (db: Db, id: string, riderId: string) =>
  db
    .update(connections)
    .set({ state: 'accepted' })
    .where(and(eq(connections.id, id), eq(connections.addresseeId, riderId)));

export const declineConnection = (db: Db, id: string, riderId: string) =>
  db
    .update(connections)
    .set({ state: 'declined' })
    .where(and(eq(connections.id, id), eq(connections.addresseeId, riderId), sql`state <> 'accepted'`));

/** Declines requests that the rider has received and removes them from the rider's list. */
export const dismissRequests = (db: Db, riderId: string, condition: SQL) =>
  db
    .update(connections)
    .set({ state: 'declined', isDismissed: true })
    .where(and(eq(connections.addresseeId, riderId), sql`state <> 'accepted'`, condition));

/**
 * Ends the rider's blocks of the other. A block that does not name a rider stays in the rider's list without effect: if it
 * disappeared, it would reveal whom it meant.
 */
export function endBlocks(db: Db, riderId: string, otherId: string) {
  const isOfPair = and(eq(blocks.blockerId, riderId), eq(blocks.blockedId, otherId));
  return [
    db.delete(blocks).where(and(isOfPair, eq(blocks.namedBy, 'user_id'))),
    db.update(blocks).set({ blockedId: null, addressHash: null }).where(isOfPair),
  ] as const;
}

/** The rider's own journey of the connection exists and is not completed. */
export const hasOwnJourney = (id: string, riderId: string): SQL => sql`
  select exists (select from ${connections} c join ${journeys} j on j.owner_id = ${riderId} and j.status <> 'completed'
    and j.id = case when c.requester_id = ${riderId} then c.requester_journey_id else c.addressee_journey_id end
    where c.id = ${id})`;

/** The rider's grant is not yet as it should be. */
export const wouldChangeGrant = (id: string, riderId: string, isExact: boolean): SQL => sql`
  exists (select from ${connections} where id = ${id}
    and case when requester_id = ${riderId} then requester_exact else addressee_exact end <> ${isExact})`;

export const updateExactGrant = (db: Db, id: string, riderId: string, isExact: boolean) =>
  db
    .update(connections)
    .set({
      requesterExact: sql`case when ${connections.requesterId} = ${riderId} then ${isExact} else ${connections.requesterExact} end`,
      addresseeExact: sql`case when ${connections.addresseeId} = ${riderId} then ${isExact} else ${connections.addresseeExact} end`,
      version: sql`${connections.version} + 1`,
    })
    .where(and(eq(connections.id, id), involvesRider(riderId)));

/**
 * Deletes an accepted connection. A request stays: withdrawn where the rider has sent it, dismissed where the rider has
 * received it.
 */
export const endOwnConnection = (db: Db, id: string, riderId: string) =>
  [
    db
      .delete(connections)
      .where(and(eq(connections.id, id), involvesRider(riderId), eq(connections.state, 'accepted'))),
    db
      .update(connections)
      .set({ isWithdrawn: true })
      .where(and(eq(connections.id, id), eq(connections.requesterId, riderId))),
    dismissRequests(db, riderId, eq(connections.id, id)),
  ] as const;

/** Deletes those accepted connections of the two riders that meet the condition. The other rider may be a subquery. */
export const deletePair = (db: Db, riderId: string, other: SQL, condition: SQL) =>
  db.delete(connections).where(and(isPair(riderId, other), eq(connections.state, 'accepted'), condition));

export const selectOwnName = (db: Db, riderId: string) =>
  db.select({ name: users.name }).from(users).where(eq(users.id, riderId));
