import { keyedUuid } from '../../lib/keyed-uuid.ts';

/**
 * The name an encounter has for who looks from one journey at another: the same each time, different for each
 * journey one looks from, and telling nothing.
 */
export const handleOf = (key: Uint8Array, fromJourneyId: string, toJourneyId: string): string =>
  keyedUuid(key, `encounter:${fromJourneyId}:${toJourneyId}`);
