import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { areBlocked, involvesRider, isPair, joinsOtherRider } from '../audience/audience.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import { type ConnectionRow, connections } from './connection.table.ts';

export type Seen = {
  connection: ConnectionRow;
  other: { id: string; name: string; email: string };
  ownName: string;
};

const seen = (db: Db, riderId: string) =>
  db
    .select({
      connection: connections,
      other: { id: users.id, name: users.name, email: users.email },
      ownName: sql<string>`(select me.name from ${users} me where me.id = ${riderId})`,
    })
    .from(connections);

export const selectConnection = (db: Db, id: string, riderId: string) =>
  seen(db, riderId).innerJoin(users, joinsOtherRider(riderId)).where(eq(connections.id, id));

type Position = { after: readonly string[] | undefined; limit: number };

/** By when it was asked for, the newest first. */
export const listConnections = (
  db: Db,
  riderId: string,
  state: ConnectionRow['state'] | undefined,
  { after, limit }: Position,
) =>
  seen(db, riderId)
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

/** Whatever there is of a rider with anybody, also what that rider does not see. */
export const selectAllOf = (db: Db, riderId: string) =>
  db
    .select()
    .from(connections)
    .where(or(eq(connections.requesterId, riderId), eq(connections.addresseeId, riderId)))
    .orderBy(desc(connections.askedAt))
    .limit(10_000);

/** A guard's condition: both are there for each other; locked in one order, as by all who lock riders. */
export const pairThere = (one: string, other: string): SQL => sql`
  select count(*) = 2 and not ${areBlocked(one, other)} from (
    select ${users.id} from ${users} where id in (${one}, ${other}) and ${users.isOnShow}
    order by ${users.id} for no key update) as locked`;

/** A guard's condition, once the riders are locked: the pair is as it was seen, and stays so until the commit ends. */
export const pairUnchanged = (there: ConnectionRow | undefined, one: string, other: string): SQL =>
  there
    ? sql`select requester_id = ${there.requesterId} and state = ${there.state} and is_withdrawn = ${there.isWithdrawn}
        and asked_at = ${there.askedAt.toISOString()} from ${connections} where ${isPair(one, other)} for update`
    : sql`select not exists (select from ${connections} where ${isPair(one, other)})`;

/** A guard's condition, once the requester is locked. */
export const askedFewer = (riderId: string, most: number, since: Date): SQL => sql`
  select count(*) < ${most} from ${connections} where requester_id = ${riderId} and asked_at > ${since.toISOString()}`;

export const putConnection = (db: Db, { id, ...row }: ConnectionRow) =>
  db
    .insert(connections)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: connections.id, set: row });

/** A guard's condition that locks it: the request is to this rider, and not withdrawn. */
export const isAddressedTo = (id: string, riderId: string): SQL => sql`
  select true from ${connections} where id = ${id} and addressee_id = ${riderId} and not is_withdrawn for update`;

/** A guard's condition that locks it. */
export const isConnectionOf = (id: string, riderId: string): SQL => sql`
  select true from ${connections} where ${connections.id} = ${id} and ${involvesRider(riderId)} for update`;

export const isState = (id: string, state: ConnectionRow['state']): SQL =>
  sql`(select state = ${state} from ${connections} where id = ${id})`;

/** Not accepted yet. */
export const isOpen = (id: string): SQL =>
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

/** A guard's condition: the rider's own journey of the connection is there and under way or planned. */
export const hasOwnJourney = (id: string, riderId: string): SQL => sql`
  select exists (select from ${connections} c join ${journeys} j on j.owner_id = ${riderId} and j.status <> 'completed'
    and j.id = case when c.requester_id = ${riderId} then c.requester_journey_id else c.addressee_journey_id end
    where c.id = ${id})`;

export const grantExact = (db: Db, id: string, riderId: string, isExact: boolean) =>
  db
    .update(connections)
    .set({
      requesterExact: sql`case when ${connections.requesterId} = ${riderId} then ${isExact} else ${connections.requesterExact} end`,
      addresseeExact: sql`case when ${connections.addresseeId} = ${riderId} then ${isExact} else ${connections.addresseeExact} end`,
      version: sql`${connections.version} + 1`,
    })
    .where(and(eq(connections.id, id), involvesRider(riderId)));

/** What was accepted is gone; a request that its sender takes back stays as a trace; to its addressee it is declined. */
export const leaveConnection = (db: Db, id: string, riderId: string) =>
  [
    db
      .delete(connections)
      .where(and(eq(connections.id, id), involvesRider(riderId), eq(connections.state, 'accepted'))),
    db
      .update(connections)
      .set({ isWithdrawn: true })
      .where(and(eq(connections.id, id), eq(connections.requesterId, riderId))),
    declineConnection(db, id, riderId),
  ] as const;

/** The other may be looked up inside the statement. */
export const deletePair = (db: Db, riderId: string, other: SQL) => db.delete(connections).where(isPair(riderId, other));

export const selectOwnName = (db: Db, riderId: string) =>
  db.select({ name: users.name }).from(users).where(eq(users.id, riderId));

/** A guard's condition. */
export const onShow = (riderId: string): SQL => sql`
  select ${users.isOnShow} from ${users} where ${users.id} = ${riderId}`;
