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

/** Whom an id stands for, and the name where the one who asks may see it. */
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

/** An address tells no name. */
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

/** A guard's condition: makes those who add to one rider's blocks take turns. */
export const lockBlocker = (id: string): SQL => sql`
  select true from ${users} where ${users.id} = ${id} for no key update`;

/** A guard's condition, once the rider is locked: there is room for one more, or it is there already. */
export const hasRoom = (blockerId: string, id: string, most: number): SQL => sql`
  select count(*) < ${most} or bool_or(id = ${id}) from ${blocks} where blocker_id = ${blockerId}`;

/** Held until the commit ends, so that an account is made before its address is blocked, or after. */
export const lockAddress = (db: Db, hash: Uint8Array) =>
  db.execute(
    sql`select pg_advisory_xact_lock(${String(new DataView(hash.slice(0, 8).buffer).getBigInt64(0))}::bigint)`,
  );

/** Whom it is about is looked up once more: an account may have been made or deleted meanwhile. */
export function insertBlock(db: Db, block: BlockRow, email: string | undefined) {
  const { id, blockerId, blockedId, namedBy, label, name, createdAt } = block;
  const hash = sql.param(block.addressHash, blocks.addressHash);
  const is = email === undefined ? sql`id = ${blockedId}` : sql`email = ${email}`;
  return db.execute(sql`
    insert into ${blocks} (id, blocker_id, blocked_id, named_by, address_hash, label, name, created_at)
    select ${id}, ${blockerId}, (select id from ${users} where ${is} for key share), ${namedBy}, ${hash}, ${label},
      ${name}, ${createdAt.toISOString()}
    on conflict (id) do nothing`);
}

export const blockedBy = (id: string): SQL => sql`(select blocked_id from ${blocks} where id = ${id})`;

export const deleteBlock = (db: Db, id: string, blockerId: string) =>
  db.delete(blocks).where(and(eq(blocks.id, id), eq(blocks.blockerId, blockerId)));

/** A guard's condition. */
export const isOwnBlock = (id: string, blockerId: string): SQL => sql`
  select true from ${blocks} where ${blocks.id} = ${id} and ${blocks.blockerId} = ${blockerId} for update`;

export const applyBlocks = (db: Db, addressHash: Uint8Array, riderId: string) =>
  db.update(blocks).set({ blockedId: riderId }).where(eq(blocks.addressHash, addressHash));

export const forgetNames = (db: Db, riderId: string) =>
  db.update(blocks).set({ name: null }).where(eq(blocks.blockedId, riderId));
