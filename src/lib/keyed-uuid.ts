import { stringify } from 'uuid';
import { hmacSha256 } from './keys.ts';

/**
 * Derives a UUID (RFC 9562, version 8) from a text. The same text gives the same id, which reveals nothing without the
 * key.
 */
export function keyedUuid(key: Uint8Array, text: string): string {
  const bytes = hmacSha256(key, text).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return stringify(bytes);
}
