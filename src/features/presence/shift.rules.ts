import { hmacSha256 } from '../../lib/keys.ts';

export const maxShiftS = 4 * 24 * 60 * 60;
export const maxSkew = 0.35;

/**
 * How the time of a whole journey is changed before it becomes buckets: moved by `shiftS` seconds, up to four days
 * before or after, and, counted from the first day, stretched by the share `skew`, up to 35 % longer or shorter. A
 * pace that is seen to the kilometre would tell each camp of a known route; that is why it is not the true one.
 */
export type Shift = { shiftS: number; skew: number };

/**
 * The same for ever, known to nobody without the key: what is constant cannot be averaged away by asking often. The
 * owner is in it, so that whoever takes the id of a journey that is gone does not learn its shift.
 */
export function shiftOf(key: Uint8Array, ownerId: string, journeyId: string): Shift {
  const bytes = hmacSha256(key, `${ownerId}:${journeyId}`);
  return { shiftS: Math.round(signedShare(bytes, 0) * maxShiftS), skew: signedShare(bytes, 4) * maxSkew };
}

/** From -1 to 1. */
function signedShare(bytes: Uint8Array, offset: number): number {
  const unsigned = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset);
  return (2 * unsigned) / 0xffff_ffff - 1;
}
