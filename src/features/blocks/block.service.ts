import { type Creating, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { userNotFound } from '../access/access.errors.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { connectionEnded } from '../connections/connection.service.ts';
import { disclosedAs, myDisclosed } from '../discovery/disclosure.service.ts';
import { blockedOneself, blockNotFound, tooManyBlocks } from './block.errors.ts';
import {
  applyBlocks,
  blockedBy,
  deleteBlock,
  forgetNames,
  hasRoom,
  insertBlock,
  isOwnBlock,
  listBlocks,
  lockAddress,
  lockBlocker,
  selectBlock,
  selectRider,
  selectRiderAt,
} from './block.repository.ts';
import { blockedAddressHash, blockIdOf, type Named } from './block.rules.ts';
import type { BlockRow } from './block.table.ts';

const mostBlocks = 1_000;

export type NewBlock = { named: Named; label: string | undefined };

/**
 * The two are nobody to each other from then on. Whether anybody has what was named is told to nobody; the same named
 * again is the block that is there. The audit keeps the block's id and not the rider's, who would read it in their own.
 */
export async function createBlock(ctx: Creating<BlockRow>, { named, label }: NewBlock): Promise<BlockRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const id = blockIdOf(ctx.config.keys.block, userId, named);
  const { there, rider } = await whatIsThere(ctx, userId, id, named);
  if (rider?.id === userId) throw blockedOneself();

  const email = named.by === 'email' ? named.value : undefined;
  const row: BlockRow = there ?? {
    id,
    blockerId: userId,
    blockedId: rider?.id ?? null,
    namedBy: named.by,
    addressHash: email === undefined ? null : blockedAddressHash(ctx.config.keys.block, email),
    label: label ?? null,
    name: rider?.name ?? null,
    createdAt: ctx.now(),
  };
  await commit(ctx, {
    kept: await ctx.keep?.(row),
    guards: [
      { condition: lockBlocker(userId), error: userNotFound },
      { condition: hasRoom(userId, id, mostBlocks), error: tooManyBlocks },
    ],
    statements: [
      ...(row.addressHash ? [lockAddress(ctx.db, row.addressHash)] : []),
      insertBlock(ctx.db, row, email),
      connectionEnded(ctx, userId, blockedBy(id)),
      recordAudit(ctx, 'blocks.create', { subjectId: id }),
    ],
  });
  return row;
}

type There = { there: BlockRow | undefined; rider: { id: string; name: string | null } | undefined };

/** One trip. An encounter's name is what the encounter has told. */
async function whatIsThere(ctx: Ctx, userId: string, id: string, { by, value }: Named): Promise<There> {
  const block = selectBlock(ctx.db, id, userId);
  if (by === 'encounter_id') {
    const [[there], { rows }] = await ctx.db.batch([block, myDisclosed(ctx, userId)]);
    const { rider, publicName } = disclosedAs(ctx, value, rows);
    return { there, rider: { id: rider.id, name: publicName } };
  }
  const named = by === 'email' ? selectRiderAt(ctx.db, value) : selectRider(ctx.db, value, userId);
  const [[there], [rider]] = await ctx.db.batch([block, named]);
  return { there, rider };
}

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

export async function listMyBlocks(ctx: Ctx, { limit = defaultLimit, cursor }: ListInput): Promise<Page<BlockRow>> {
  const { userId } = requireScope(ctx, 'profile:read');
  const after = openCursor(ctx, 'blocks', cursor);
  const rows = await listBlocks(ctx.db, userId, { after, limit: limit + 1 });
  return cutPage(ctx, 'blocks', rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

export async function removeBlock(ctx: Ctx, id: string): Promise<void> {
  const { userId } = requireScope(ctx, 'profile:write');
  await commit(ctx, {
    guards: [{ condition: isOwnBlock(id, userId), error: blockNotFound }],
    statements: [deleteBlock(ctx.db, id, userId), recordAudit(ctx, 'blocks.delete', { subjectId: id })],
  });
}

/** Unsent, for the commit that makes an account: whoever has blocked its address has blocked its rider. */
export function blocksApplied(ctx: Ctx, address: string, riderId: string) {
  const hash = blockedAddressHash(ctx.config.keys.block, address);
  return [lockAddress(ctx.db, hash), applyBlocks(ctx.db, hash, riderId)] as const;
}

/** Unsent: a rider who goes leaves no name in the lists of others. */
export const blockNamesForgotten = (ctx: Ctx, riderId: string) => forgetNames(ctx.db, riderId);
