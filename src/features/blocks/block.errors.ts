import { defineError } from '../../errors.ts';

export const blockNotFound = defineError('not_found', 'blocks.not_found', 'No such block.');
export const blockedOneself = defineError('conflict', 'blocks.yourself', 'That is you.');
export const tooManyBlocks = defineError(
  'conflict',
  'blocks.too_many',
  'A rider has at most 1,000 blocks. Remove one first.',
);
