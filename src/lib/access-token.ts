import { importJWK, type JWK, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { isBase64url } from './base64url.ts';

/** RFC 9068 access tokens signed with ES256. */
export const accessTokenTtlSeconds = 15 * 60;
const clientId = 'kairos';
const maxLifeSeconds = accessTokenTtlSeconds + 5;

type Issuer = { authKeys: readonly JWK[]; apiUrl: string };

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string().min(1),
  scope: z.string(),
  role: z.enum(['admin', 'user', 'guest']),
  iat: z.int(),
  exp: z.int(),
});
export type AccessClaims = Readonly<z.infer<typeof Claims>>;

type Keys = { sign: () => Promise<{ key: CryptoKey; kid: string }>; verify: JWTVerifyGetKey };
const keysByJwks = new WeakMap<readonly JWK[], Keys>();

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'ES256');
  if (key instanceof Uint8Array) throw new Error('AUTH_KEYS holds a symmetric key');
  return key;
}

/** Stores the value and not its promise, which would never settle if the request that made it were cancelled. */
function memoize<T>(make: () => Promise<T>): () => Promise<T> {
  let made: T | undefined;
  return async () => {
    made ??= await make();
    return made;
  };
}

/** Imports each key once per isolate, when it is first needed. The first key signs, and all keys verify. */
function keysOf(jwks: readonly JWK[]): Keys {
  const known = keysByJwks.get(jwks);
  if (known) return known;

  const [first] = jwks;
  if (!first?.kid) throw new Error('AUTH_KEYS holds no key');
  const { kid } = first;
  const verifiers = new Map(jwks.map((jwk) => [jwk.kid, memoize(() => importKey(publicJwk(jwk)))]));
  const signer = memoize(() => importKey(first));
  const keys: Keys = {
    sign: async () => ({ key: await signer(), kid }),
    verify: async ({ kid: wanted }) => {
      const key = typeof wanted === 'string' ? verifiers.get(wanted) : undefined;
      if (!key) throw new Error('unknown key');
      return await key();
    },
  };
  keysByJwks.set(jwks, keys);
  return keys;
}

/** The members of a key that may be published (RFC 7517, RFC 7518 section 6.2.1). */
export const publicJwk = ({ crv, x, y, kid }: JWK): JWK => ({
  kty: 'EC',
  ...(crv && { crv }),
  ...(x && { x }),
  ...(y && { y }),
  ...(kid && { kid }),
  use: 'sig',
  alg: 'ES256',
});

export async function signAccessToken(
  issuer: Issuer,
  claims: { userId: string; sessionId: string; tokenId: string; role: AccessClaims['role']; scope: string; now: Date },
): Promise<string> {
  const { key, kid } = await keysOf(issuer.authKeys).sign();
  const issuedAt = Math.floor(claims.now.getTime() / 1_000);
  return await new SignJWT({ sid: claims.sessionId, client_id: clientId, role: claims.role, scope: claims.scope })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(issuer.apiUrl)
    .setAudience(issuer.apiUrl)
    .setSubject(claims.userId)
    .setJti(claims.tokenId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenTtlSeconds)
    .sign(key);
}

/** jose is lenient with base64url. Here a token has only one spelling (RFC 7515 section 2, RFC 4648 section 3.5). */
const isCanonical = (token: string): boolean => token.split('.').every(isBase64url);

/** The claims of tokens that have been verified, the oldest first, because an app sends the same token many times. */
const verifiedTokens = new WeakMap<Issuer, Map<string, AccessClaims>>();
const maxVerified = 1_000;

/** The claims of a token that this API has signed and that is in force at `now`; `undefined` for every other token. */
export async function readAccessToken(token: string, issuer: Issuer, now: Date): Promise<AccessClaims | undefined> {
  const known = verifiedTokens.get(issuer) ?? new Map<string, AccessClaims>();
  verifiedTokens.set(issuer, known);
  const claims = known.get(token) ?? (await verify(token, issuer, now));
  if (!claims || !isInForce(claims, now)) return undefined;

  known.set(token, claims);
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size > maxVerified) known.delete(oldest);
  return claims;
}

/** Compares whole seconds, as jose does. */
function isInForce({ iat, exp }: AccessClaims, now: Date): boolean {
  const seconds = Math.floor(now.getTime() / 1_000);
  return iat <= seconds && seconds < exp;
}

async function verify(token: string, issuer: Issuer, now: Date): Promise<AccessClaims | undefined> {
  if (!isCanonical(token)) return undefined;
  try {
    const { payload } = await jwtVerify(token, keysOf(issuer.authKeys).verify, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: issuer.apiUrl,
      audience: issuer.apiUrl,
      requiredClaims: ['exp', 'iat', 'sub', 'jti', 'sid', 'scope', 'role', 'client_id'],
      maxTokenAge: maxLifeSeconds,
      currentDate: now,
    });
    const claims = Claims.parse(payload);
    return claims.exp - claims.iat <= maxLifeSeconds ? claims : undefined;
  } catch {
    return undefined;
  }
}
