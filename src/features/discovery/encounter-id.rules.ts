import { keyedUuid } from '../../lib/keyed-uuid.ts';
import { hmacSha256 } from '../../lib/keys.ts';

/**
 * The public id of an encounter: always the same for the two journeys in this order, and without the key it reveals
 * nothing about them.
 */
export const encounterIdOf = (key: Uint8Array, fromJourneyId: string, toJourneyId: string): string =>
  keyedUuid(key, `encounter:${fromJourneyId}:${toJourneyId}`);

/**
 * What decides the order of equally near riders for a journey: always the same, and secret, so that nobody can compute
 * which rider comes first.
 */
export function orderSeedOf(key: Uint8Array, journeyId: string): bigint {
  const bytes = hmacSha256(key, `order:${journeyId}`);
  return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0);
}
