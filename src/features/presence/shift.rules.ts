import { hmacSha256 } from '../../lib/keys.ts';

export const maxShiftS = 4 * 24 * 60 * 60;
export const maxSkew = 0.35;

/**
 * How the time of a whole journey is changed before it becomes buckets. It is moved by `shiftS` seconds, up to four
 * days earlier or later, and stretched by the share `skew`, up to 35% longer or shorter, from the journey's `clockFrom`. The
 * skew hides the true pace, which would reveal each camp on a known route.
 */
export type Shift = { shiftS: number; skew: number };

/**
 * Derives a shift that never changes, so that many searches cannot average it out, and that is secret without the key.
 * It depends on the owner too, so that a rider who reuses the id of a deleted journey does not learn its shift.
 */
export function shiftOf(key: Uint8Array, ownerId: string, journeyId: string): Shift {
  const bytes = hmacSha256(key, `${ownerId}:${journeyId}`);
  return { shiftS: Math.round(signedShare(bytes, 0) * maxShiftS), skew: signedShare(bytes, 4) * maxSkew };
}

/** A number from -1 to 1, made of the four bytes at `offset`. */
function signedShare(bytes: Uint8Array, offset: number): number {
  const unsigned = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);
  return (2 * unsigned) / 0xffff_ffff - 1;
}
