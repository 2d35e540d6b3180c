import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { dismissReceivedRequests, endConnections } from '../connections/connection.writes.ts';
import { findEncounterShown } from '../discovery/disclosure.service.ts';
import { withdrawDigests } from '../mail/mail.writes.ts';
import { blockNotFound } from './block.errors.ts';
import { requireOtherRider, requireOwnBlock, requireRoomForBlock } from './block.guards.ts';
import {
  blockedRiderOf,
  deleteBlock,
  endsWithBlock,
  insertBlock,
  listBlocks,
  lockAddress,
  removedByBlock,
  riderMeant,
  selectBlock,
} from './block.repository.ts';
import { blockIdOf, type RiderReference } from './block.rules.ts';
import type { BlockRow } from './block.table.ts';

export type NewBlock = { reference: RiderReference; label: string | undefined };

/**
 * From then on the blocked rider does not see the caller. The answer and the statements do not reveal whether the account
 * or the encounter exists. Blocking the same again answers the existing block. The audit names the block and not the
 * rider, whose own audit would show the entry.
 */
export async function createBlock(ctx: CreateCtx, { reference, label }: NewBlock): Promise<BlockRow> {
  const { userId } = requireScope(ctx, 'profile:write');
  const id = blockIdOf(ctx.config.keys.block, userId, reference);
  const email = reference.by === 'email' ? reference.value : undefined;
  const encounter =
    reference.by === 'encounter_id' ? await findEncounterShown(ctx, userId, reference.value) : undefined;
  const knownId = reference.by === 'user_id' ? reference.value : (encounter?.rider.id ?? null);
  const row = { id, blockerId: userId, namedBy: reference.by, email, label: label ?? null, createdAt: ctx.now() };
  const {
    block: [block],
  } = await commit(ctx, {
    idempotency: ctx.remember?.([id]),
    guards: [
      lockRider(userId, 'no key update', userNotFound),
      requireOtherRider(userId, knownId, email),
      requireRoomForBlock(userId, id),
    ],
    writes: {
      address: email === undefined ? undefined : lockAddress(ctx.db, email),
      insert: insertBlock(ctx.db, row, riderMeant(reference, userId, knownId)),
      requests: dismissReceivedRequests(ctx, userId, removedByBlock(reference, userId, blockedRiderOf(id))),
      connection: endConnections(ctx, userId, blockedRiderOf(id), endsWithBlock(reference, encounter)),
      // A queued digest may name the blocked rider. It is withdrawn whomever the block names, so that this reveals nothing.
      digests: withdrawDigests(ctx, userId),
      audit: recordAudit(ctx, 'blocks.create', { subjectId: id }),
      block: selectBlock(ctx.db, id, userId),
    },
  });
  if (!block) throw blockNotFound();
  return block;
}

export async function getMyBlock(ctx: Ctx, id: string): Promise<BlockRow> {
  const { userId } = requireScope(ctx, 'profile:read');
  const [block] = await selectBlock(ctx.db, id, userId);
  if (!block) throw blockNotFound();
  return block;
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
