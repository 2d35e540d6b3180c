import { hmacSha256 } from '../../lib/keys.ts';

/**
 * The name an encounter has for who looks from one journey at another: the same each time, different for each
 * journey one looks from, and telling nothing. A UUID (RFC 9562 version 8) from an HMAC.
 */
export function handleOf(key: Uint8Array, fromJourneyId: string, toJourneyId: string): string {
  const bytes = hmacSha256(key, `encounter:${fromJourneyId}:${toJourneyId}`).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
