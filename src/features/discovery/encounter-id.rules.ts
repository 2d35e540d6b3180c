import { keyedUuid } from '../../lib/keyed-uuid.ts';

/**
 * The public id of an encounter: always the same for the two journeys in this order, and without the key it reveals
 * nothing about them.
 */
export const encounterIdOf = (key: Uint8Array, fromJourneyId: string, toJourneyId: string): string =>
  keyedUuid(key, `encounter:${fromJourneyId}:${toJourneyId}`);
