import { env } from 'cloudflare:workers';
import { importJWK, type JWK } from 'jose';
import { type Answer, apiUrl, call } from '../../support/app.ts';
import type { Rider } from '../../support/factories.ts';

const [first]: JWK[] = JSON.parse(env.AUTH_KEYS).keys;
if (!first) throw new Error('the tests have no key');
export const signingKey: JWK = first;

const { d: _secret, ...rest } = signingKey;
export const publicKey: JWK = rest;

export type Members = Record<string, unknown>;

/** The header and the claims of a valid token; each test changes the part that it is about. */
export const headerOf = (): Members => ({ alg: 'ES256', typ: 'at+jwt', kid: signingKey.kid });

export function claimsOf(rider: Rider): Members {
  const now = Math.floor(Date.now() / 1_000);
  const identity = { sub: rider.id, sid: rider.sessionId, jti: crypto.randomUUID(), client_id: 'kairos' };
  return {
    iss: apiUrl,
    aud: apiUrl,
    iat: now,
    exp: now + 900,
    role: 'user',
    scope: 'profile:read profile:write',
    ...identity,
  };
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs exactly these texts, even those that no library would sign. */
export async function signRaw(header: unknown, payload: unknown, jwk: JWK = signingKey): Promise<string> {
  const key = await importJWK(jwk, 'ES256');
  if (key instanceof Uint8Array) throw new Error('not a private key');
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

export async function hs256(header: unknown, payload: unknown, secret: string | Uint8Array): Promise<string> {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : new Uint8Array(secret);
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(input))).toString('base64url')}`;
}

/** Reads the account with a whole Authorization header. */
export const readMe = (authorization: string): Promise<Answer> =>
  call('GET', '/v1/me', { headers: { Authorization: authorization } });
