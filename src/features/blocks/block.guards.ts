import type { Guard } from '../../db/commit.ts';
import { blockNotFound, cannotBlockYourself, tooManyBlocks } from './block.errors.ts';
import { hasRoom, isOtherRider, lockOwnBlockRow } from './block.repository.ts';

const maxBlocks = 1_000;

/** The rider, who is already locked, has room for one more block, or has this one already. */
export const requireRoomForBlock = (blockerId: string, id: string): Guard => ({
  stage: 'state',
  condition: hasRoom(blockerId, id, maxBlocks),
  error: tooManyBlocks,
});

/** Neither the id nor the address is the rider's own. */
export const requireOtherRider = (riderId: string, id: string | null, email: string | undefined): Guard => ({
  stage: 'state',
  condition: isOtherRider(riderId, id, email),
  error: cannotBlockYourself,
});

/** The block is the rider's; it is locked. */
export const requireOwnBlock = (id: string, blockerId: string): Guard => ({
  stage: 'rows',
  condition: lockOwnBlockRow(id, blockerId),
  error: blockNotFound,
});
