import { importJWK, type JWK, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** RFC 9068 access tokens signed with ES256. */
export const accessTokenTtlSeconds = 15 * 60;
const clientId = 'kairos';
const longestLifeSeconds = accessTokenTtlSeconds + 5;

type Issuer = { authKeys: readonly JWK[]; apiUrl: string };

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  jti: z.string().min(1),
  scope: z.string(),
  iat: z.int(),
  exp: z.int(),
});
export type AccessClaims = z.infer<typeof Claims>;

type Keys = { sign: () => Promise<{ key: CryptoKey; kid: string }>; verify: JWTVerifyGetKey };
const imported = new WeakMap<readonly JWK[], Keys>();

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'ES256');
  if (key instanceof Uint8Array) throw new Error('AUTH_KEYS holds a symmetric key');
  return key;
}

/** Imports each key once per isolate. The first signs, all verify. */
function keysOf(jwks: readonly JWK[]): Keys {
  const known = imported.get(jwks);
  if (known) return known;

  const [first] = jwks;
  if (!first?.kid) throw new Error('AUTH_KEYS holds no key');
  const { kid } = first;
  const verifiers = new Map(jwks.map((jwk) => [jwk.kid, importKey(publicJwk(jwk))]));
  const signer = importKey(first);
  const keys: Keys = {
    sign: async () => ({ key: await signer, kid }),
    verify: async ({ kid: wanted }) => {
      const key = typeof wanted === 'string' ? verifiers.get(wanted) : undefined;
      if (!key) throw new Error('unknown key');
      return await key;
    },
  };
  imported.set(jwks, keys);
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
  claims: { userId: string; sessionId: string; tokenId: string; scope: string; now: Date },
): Promise<string> {
  const { key, kid } = await keysOf(issuer.authKeys).sign();
  const issuedAt = Math.floor(claims.now.getTime() / 1_000);
  return await new SignJWT({ sid: claims.sessionId, client_id: clientId, scope: claims.scope })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(issuer.apiUrl)
    .setAudience(issuer.apiUrl)
    .setSubject(claims.userId)
    .setJti(claims.tokenId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenTtlSeconds)
    .sign(key);
}

/** The claims of a token that this API signed and that is in force at `now`; otherwise `undefined`, for any reason. */
export async function readAccessToken(token: string, issuer: Issuer, now: Date): Promise<AccessClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, keysOf(issuer.authKeys).verify, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: issuer.apiUrl,
      audience: issuer.apiUrl,
      requiredClaims: ['exp', 'iat', 'sub', 'jti', 'sid', 'scope', 'client_id'],
      maxTokenAge: longestLifeSeconds,
      currentDate: now,
    });
    const claims = Claims.parse(payload);
    return claims.exp - claims.iat <= longestLifeSeconds ? claims : undefined;
  } catch {
    return undefined;
  }
}
