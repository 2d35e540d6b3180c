import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

const form = /^(d1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{22})\.([\w-]{43})$/;

/**
 * `d1.<user>.<nonce>.<mac>` proves that this account was logged in to on this device before. It grants nothing by
 * itself, and no part of it is stored.
 */
export function makeDeviceToken([key]: readonly Uint8Array[], userId: string): string {
  if (!key) throw new Error('no key for devices');
  const body = `d1.${userId}.${encodeBase64url(crypto.getRandomValues(new Uint8Array(16)))}`;
  return `${body}.${encodeBase64url(hmacSha256(key, body))}`;
}

export function readDeviceToken(
  keys: readonly Uint8Array[],
  token: string | undefined,
): { userId: string; body: string } | undefined {
  const [, body, userId, mac] = form.exec(token ?? '') ?? [];
  const given = mac === undefined ? undefined : decodeBase64url(mac);
  if (!body || !userId || !given) return;
  return keys.some((key) => equalBytes(hmacSha256(key, body), given)) ? { userId, body } : undefined;
}
