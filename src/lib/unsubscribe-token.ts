import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

const form = /^(u1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\.([\w-]{43})$/;

/**
 * `u1.<user>.<mac>`: whoever holds it may end the mails of one kind to this rider, for ever and as often as they like,
 * and nothing else. It stands in a URL (RFC 8058), so it must not be worth finding there. The key is the kind's own.
 */
export function makeUnsubscribeToken([key]: readonly Uint8Array[], userId: string): string {
  if (!key) throw new Error('no key for unsubscribing');
  const body = `u1.${userId}`;
  return `${body}.${encodeBase64url(hmacSha256(key, body))}`;
}

/** Whose it is, or `undefined` when it is none of ours, letter by letter. */
export function readUnsubscribeToken(keys: readonly Uint8Array[], token: string): string | undefined {
  const [, body, userId, mac] = form.exec(token) ?? [];
  const given = mac === undefined ? undefined : decodeBase64url(mac);
  if (!body || !userId || !given) return;
  return keys.some((key) => equalBytes(hmacSha256(key, body), given)) ? userId : undefined;
}
