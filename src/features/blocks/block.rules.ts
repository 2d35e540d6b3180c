import { keyedUuid } from '../../lib/keyed-uuid.ts';
import type { BlockRow } from './block.table.ts';

/** How the caller says which rider they mean. */
export type RiderReference = { by: BlockRow['namedBy']; value: string };

export const blockIdOf = (key: Uint8Array, blockerId: string, { by, value }: RiderReference): string =>
  keyedUuid(key, `block:${blockerId}:${by}:${value}`);
