import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { riderById } from '../access/access.predicates.ts';
import { isInState, isOfJourneys, otherRiderOfConnection, showsName } from '../connections/connection.predicates.ts';
import { connections } from '../connections/connection.table.ts';
import { users } from '../users/user.table.ts';
import type { RiderReference } from './block.rules.ts';
import { type BlockRow, blocks } from './block.table.ts';

export const selectBlock = (db: Db, id: string, blockerId: string) =>
  db
    .select()
    .from(blocks)
    .where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)));

/** Newest first. */
export const listBlocks = (
  db: Db,
  blockerId: string,
  { after, limit }: { after: readonly string[] | undefined; limit: number },
): Promise<BlockRow[]> =>
  db
    .select()
    .from(blocks)
    .where(
      and(
        eq(blocks.blockerId, blockerId),
        after && sql`(${blocks.createdAt}, ${blocks.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(blocks.createdAt), desc(blocks.id))
    .limit(limit);

/** The rider has room for one more block, or has this one already. */
export const hasRoom = (blockerId: string, id: string, max: number): SQL => sql`
  select count(*) < ${max} or bool_or(id = ${id}) from ${blocks} where blocker_id = ${blockerId}`;

/** Neither the id nor the address is the rider's own. */
export const isOtherRider = (riderId: string, id: string | null, email: string | undefined): SQL => sql`
  select id is distinct from ${id}::uuid and email is distinct from ${email ?? null}::text from ${users} where id = ${riderId}`;

/** Locks an address until the commit ends, so that a block of it and a new account with it run one after the other. */
export const lockAddress = (db: Db, email: string) => db.execute(sql`select lock_blocked_address(${email})`);

/**
 * A subquery of the rider whom a reference means, which is empty where it means nobody. `knownId` is the id that an id or
 * an encounter names. Locks the rider until the commit ends, so that the account is not deleted meanwhile.
 */
export function riderMeant({ by, value }: RiderReference, blockerId: string, knownId: string | null): SQL {
  if (by === 'email') return sql`(select id from ${users} where email = ${value} for key share)`;
  return by === 'connection_id' ? otherRiderOfConnection(value, blockerId) : riderById(knownId);
}

/** The two journeys of an encounter. */
export type Journeys = { journeyId: string; otherJourneyId: string };

/**
 * In a query over connections with the blocked rider: the block ends the connection. One by an encounter ends the connection
 * of this encounter only, and one by a request ends none: the end of another connection would reveal who the rider is.
 */
export function endsWithBlock({ by, value }: RiderReference, encounter: Journeys | undefined): SQL {
  if (by === 'encounter_id')
    return encounter ? isOfJourneys(encounter.journeyId, encounter.otherJourneyId) : sql`false`;
  return by === 'connection_id' ? isInState(value, 'accepted') : sql`true`;
}

/**
 * In a query over requests that the blocker has received: the block removes the request. A block that does not say who the
 * rider is removes none, because that would reveal it.
 */
export function removedByBlock({ by, value }: RiderReference, blockerId: string, blocked: SQL): SQL {
  if (by !== 'user_id' && by !== 'connection_id') return sql`false`;
  const isOfBlocked = eq(connections.requesterId, blocked);
  return by === 'user_id' ? isOfBlocked : sql`${isOfBlocked} and ${showsName(value, blockerId)}`;
}

export type NewBlock = Omit<BlockRow, 'blockedId' | 'addressHash'> & { email: string | undefined };

/**
 * The blocked rider is a subquery, because the account may be created or deleted until the commit. Blocking the same again
 * applies a block that has lost its effect.
 */
export const insertBlock = (db: Db, { id, blockerId, namedBy, email, label, createdAt }: NewBlock, blocked: SQL) =>
  db.execute(sql`
    insert into ${blocks} (id, blocker_id, blocked_id, named_by, address_hash, label, created_at)
    select ${id}, ${blockerId}, ${blocked}, ${namedBy}, blocked_address_hash(${email ?? null}), ${label},
      ${createdAt.toISOString()}
    on conflict (id) do update set blocked_id = coalesce(excluded.blocked_id, ${blocks.blockedId}),
      address_hash = coalesce(excluded.address_hash, ${blocks.addressHash})`);

export const blockedRiderOf = (id: string): SQL => sql`(select blocked_id from ${blocks} where id = ${id})`;

export const deleteBlock = (db: Db, id: string, blockerId: string) =>
  db.delete(blocks).where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)));

/** Locks the block; true where it is the rider's. */
export const lockOwnBlockRow = (id: string, blockerId: string): SQL => sql`
  select true from ${blocks} where ${blocks.id} = ${id} and ${blocks.blockerId} = ${blockerId} for update`;
