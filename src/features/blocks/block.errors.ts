import { defineError } from '../../errors.ts';

export const blockNotFound = defineError('not_found', 'blocks.not_found', 'You have no block with this id.');
export const cannotBlockYourself = defineError('conflict', 'blocks.yourself', 'You cannot block yourself.');
export const tooManyBlocks = defineError(
  'conflict',
  'blocks.too_many',
  'You have 1,000 blocks, which is the maximum. Remove one first.',
);
