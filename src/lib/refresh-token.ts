import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

/**
 * `r1.<session>.<counter>.<mac>`, where the MAC is HMAC-SHA256 over the three parts before it. The token is not stored:
 * the same token can be made again, and a forged token is recognised before any statement runs.
 */
export function makeRefreshToken(keys: readonly Uint8Array[], sessionId: string, counter: number): string {
  const [key] = keys;
  if (!key) throw new Error('no refresh key');
  const body = `r1.${sessionId}.${counter}`;
  return `${body}.${encodeBase64url(hmacSha256(key, body))}`;
}

const form = /^(r1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(0|[1-9]\d{0,8}))\.([\w-]{43})$/;

/** The content of a token; `undefined` for a text that is not exactly one of our tokens. */
export function readRefreshToken(
  keys: readonly Uint8Array[],
  token: string,
): { sessionId: string; counter: number } | undefined {
  const [, body, sessionId, counter, mac] = form.exec(token) ?? [];
  const given = mac === undefined ? undefined : decodeBase64url(mac);
  if (!body || !sessionId || !counter || !given) return;
  const isOurs = keys.map((key) => equalBytes(hmacSha256(key, body), given)).includes(true);
  return isOurs ? { sessionId, counter: Number(counter) } : undefined;
}
