import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

const form = /^(u1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))\.([\w-]{43})$/;

/**
 * `u1.<user>.<mac>` allows to end the mails of one kind to this rider, and nothing else. It never expires. It is part
 * of a URL (RFC 8058), so it must be worthless to a finder. Each kind of mail has its own key.
 */
export function makeUnsubscribeToken([key]: readonly Uint8Array[], userId: string): string {
  if (!key) throw new Error('no key for unsubscribing');
  const body = `u1.${userId}`;
  return `${body}.${encodeBase64url(hmacSha256(key, body))}`;
}

/** The rider of the token; `undefined` for a text that is not exactly one of our tokens. */
export function readUnsubscribeToken(keys: readonly Uint8Array[], token: string): string | undefined {
  const [, body, userId, mac] = form.exec(token) ?? [];
  const given = mac === undefined ? undefined : decodeBase64url(mac);
  if (!body || !userId || !given) return;
  return keys.some((key) => equalBytes(hmacSha256(key, body), given)) ? userId : undefined;
}
