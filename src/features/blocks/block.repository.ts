import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { areBlocked } from '../audience/audience.predicates.ts';
import { users } from '../users/user.table.ts';
import { type BlockRow, blocks } from './block.table.ts';

export const selectBlock = (db: Db, id: string, blockerId: string) =>
  db
    .select()
    .from(blocks)
    .where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)));

/** The rider with this id, with the name where the viewer may see it. */
export const selectRider = (db: Db, id: string, viewerId: string) =>
  db
    .select({
      id: users.id,
      name: sql<
        string | null
      >`case when ${users.isOnShow} and not ${areBlocked(sql`${viewerId}`, users.id)} then ${users.name} end`,
    })
    .from(users)
    .where(eq(users.id, id));

/** The rider with this address, without the name: an address must not reveal it. */
export const selectRiderAt = (db: Db, email: string) =>
  db.select({ id: users.id, name: sql<string | null>`null` }).from(users).where(eq(users.email, email));

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

/** Locks an address until the commit ends, so that a block and a sign-up of the address run one after the other. */
export const lockAddress = (db: Db, hash: Uint8Array) =>
  db.execute(
    sql`select pg_advisory_xact_lock(${String(new DataView(hash.slice(0, 8).buffer).getBigInt64(0))}::bigint)`,
  );

/** Looks the blocked rider up once more: the account may have been created or deleted since it was read. */
export function insertBlock(db: Db, block: BlockRow, email: string | undefined) {
  const { id, blockerId, blockedId, namedBy, label, name, createdAt } = block;
  const hash = sql.param(block.addressHash, blocks.addressHash);
  const isBlockedRider = email === undefined ? sql`id = ${blockedId}` : sql`email = ${email}`;
  return db.execute(sql`
    insert into ${blocks} (id, blocker_id, blocked_id, named_by, address_hash, label, name, created_at)
    select ${id}, ${blockerId}, (select id from ${users} where ${isBlockedRider} for key share), ${namedBy}, ${hash}, ${label},
      ${name}, ${createdAt.toISOString()}
    on conflict (id) do nothing`);
}

export const blockedRiderOf = (id: string): SQL => sql`(select blocked_id from ${blocks} where id = ${id})`;

export const deleteBlock = (db: Db, id: string, blockerId: string) =>
  db.delete(blocks).where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)));

/** Locks the block; true where it is the rider's. */
export const lockOwnBlockRow = (id: string, blockerId: string): SQL => sql`
  select true from ${blocks} where ${blocks.id} = ${id} and ${blocks.blockerId} = ${blockerId} for update`;

export const updateBlocked = (db: Db, addressHash: Uint8Array, riderId: string) =>
  db.update(blocks).set({ blockedId: riderId }).where(eq(blocks.addressHash, addressHash));

export const eraseNames = (db: Db, riderId: string) =>
  db.update(blocks).set({ name: null }).where(eq(blocks.blockedId, riderId));
