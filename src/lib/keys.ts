import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Derives a 32-byte key for one purpose from a root secret (HKDF-SHA256, RFC 5869). */
export const deriveKey = (root: string, purpose: string): Uint8Array =>
  hkdf(sha256, utf8ToBytes(root), undefined, utf8ToBytes(`kairos/${purpose}/v1`), 32);

export const hmacSha256 = (key: Uint8Array, text: string): Uint8Array => hmac(sha256, key, utf8ToBytes(text));

/** A hash of bytes that come in pieces. */
export const startSha256 = () => sha256.create();

export const sha256Bytes = (text: string): Uint8Array => sha256(utf8ToBytes(text));

/** Compares in constant time, so that the time does not reveal where two values differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
