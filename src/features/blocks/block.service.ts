import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { endConnection } from '../connections/connection.writes.ts';
import { findEncounter } from '../discovery/disclosure.rules.ts';
import { readDisclosures } from '../discovery/disclosure.writes.ts';
import { encounterNotFound } from '../discovery/discovery.errors.ts';
import { blockNotFound, cannotBlockYourself } from './block.errors.ts';
import { requireOwnBlock, requireRoomForBlock } from './block.guards.ts';
import {
  blockedRiderOf,
  deleteBlock,
  insertBlock,
  listBlocks,
  lockAddress,
  selectBlock,
  selectRider,
  selectRiderAt,
} from './block.repository.ts';
import { blockedAddressHash, blockIdOf, type RiderReference } from './block.rules.ts';
import type { BlockRow } from './block.table.ts';

export type NewBlock = { reference: RiderReference; label: string | undefined };

/**
 * From then on neither of the two sees the other. The answer and the statements do not reveal whether the account
 * exists. Blocking the same again answers the existing block. The audit names the block and not the rider, whose
 * own audit would show the entry.
 */
export async function createBlock(ctx: CreateCtx, { reference, label }: NewBlock): Promise<BlockRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const id = blockIdOf(ctx.config.keys.block, userId, reference);
  const { existing, rider } = await findBlockAndRider(ctx, userId, id, reference);
  if (rider?.id === userId) throw cannotBlockYourself();

  const email = reference.by === 'email' ? reference.value : undefined;
  const row: BlockRow = existing ?? {
    id,
    blockerId: userId,
    blockedId: rider?.id ?? null,
    namedBy: reference.by,
    addressHash: email === undefined ? null : blockedAddressHash(ctx.config.keys.block, email),
    label: label ?? null,
    name: rider?.name ?? null,
    createdAt: ctx.now(),
  };
  await commit(ctx, {
    idempotency: ctx.remember?.([id]),
    guards: [lockRider(userId, 'no key update', userNotFound), requireRoomForBlock(userId, id)],
    writes: {
      address: row.addressHash ? lockAddress(ctx.db, row.addressHash) : undefined,
      block: insertBlock(ctx.db, row, email),
      connection: endConnection(ctx, userId, blockedRiderOf(id)),
      audit: recordAudit(ctx, 'blocks.create', { subjectId: id }),
    },
  });
  return row;
}

export async function getMyBlock(ctx: Ctx, id: string): Promise<BlockRow> {
  const { userId } = requireScope(ctx, 'profile:read');
  const [block] = await selectBlock(ctx.db, id, userId);
  if (!block) throw blockNotFound();
  return block;
}

type BlockAndRider = { existing: BlockRow | undefined; rider: { id: string; name: string | null } | undefined };

/** Reads both in one round trip. Of an encounter's rider it answers the name that the encounter has shown. */
async function findBlockAndRider(
  ctx: Ctx,
  userId: string,
  id: string,
  { by, value }: RiderReference,
): Promise<BlockAndRider> {
  const block = selectBlock(ctx.db, id, userId);
  if (by === 'encounter_id') {
    const {
      block: [existing],
      disclosures,
    } = await readTogether(ctx.db, { block, disclosures: readDisclosures(ctx, userId) });
    const encounter = findEncounter(ctx.config.keys.encounterId, value, disclosures.rows);
    if (!encounter) throw encounterNotFound();
    return { existing, rider: { id: encounter.rider.id, name: encounter.publicName } };
  }
  const {
    block: [existing],
    rider: [rider],
  } = await readTogether(ctx.db, {
    block,
    rider: by === 'email' ? selectRiderAt(ctx.db, value) : selectRider(ctx.db, value, userId),
  });
  return { existing, rider };
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
    guards: [requireOwnBlock(id, userId)],
    writes: {
      block: deleteBlock(ctx.db, id, userId),
      audit: recordAudit(ctx, 'blocks.delete', { subjectId: id }),
    },
  });
}
