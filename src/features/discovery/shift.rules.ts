import { hmacSha256 } from '../../lib/keys.ts';

const maxShiftS = 36 * 60 * 60;

/**
 * Seconds by which a whole journey is moved before its days become buckets: from -36 to +36 hours, the same for ever,
 * known to nobody without the key. A constant shift cannot be averaged away by asking often. The owner is in it, so that
 * whoever takes the id of a journey that is gone does not learn its shift.
 */
export function shiftSeconds(key: Uint8Array, ownerId: string, journeyId: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = hmacSha256(key, `${ownerId}:${journeyId}`);
  const unsigned = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  return Math.round((unsigned / 0xffff_ffff) * 2 * maxShiftS) - maxShiftS;
}
