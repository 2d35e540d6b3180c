import type { Ctx } from '../../context.ts';
import { eraseNames, lockAddress, updateBlocked } from './block.repository.ts';
import { blockedAddressHash } from './block.rules.ts';

/** Applies the blocks of an address to its new account. For the commit that creates the account. */
export function applyBlocks(ctx: Ctx, address: string, riderId: string) {
  const hash = blockedAddressHash(ctx.config.keys.block, address);
  return [lockAddress(ctx.db, hash), updateBlocked(ctx.db, hash, riderId)] as const;
}

/** Erases the rider's name from the block lists of others. For the commit that deletes the account. */
export const eraseBlockedNames = (ctx: Ctx, riderId: string) => eraseNames(ctx.db, riderId);
