import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT } from 'jose';

const ttlSeconds = 900;
const scope = 'profile:read profile:write journeys:read journeys:write discovery:read account:manage';

export async function createTokens({ PEER_ISSUER: issuer, PEER_SIGNING_KEY, PEER_REFRESH_KEY }) {
  const { d, iat, ...published } = JSON.parse(PEER_SIGNING_KEY);
  const { kid } = published;
  const [privateKey, publicKey] = await Promise.all([
    importJWK({ ...published, d }, 'ES256'),
    importJWK(published, 'ES256'),
  ]);
  const refreshKey = Buffer.from(PEER_REFRESH_KEY, 'base64');
  const macOf = (text) => createHmac('sha256', refreshKey).update(text).digest();

  return {
    jwks: { keys: [published] },

    async verify(token) {
      const expected = { algorithms: ['ES256'], typ: 'at+jwt', issuer, audience: issuer };
      const { payload } = await jwtVerify(token, publicKey, expected);
      return payload;
    },

    readRefresh(token) {
      const [version, session, counter, mac = ''] = token.split('.');
      const wanted = macOf(`${version}.${session}.${counter}`);
      const given = Buffer.from(mac, 'base64url');
      return given.length === wanted.length && timingSafeEqual(given, wanted)
        ? { session, counter: Number(counter) }
        : undefined;
    },

    async issue({ session, counter, userId, role }) {
      const body = `r1.${session}.${counter}`;
      const accessToken = await new SignJWT({ sid: session, client_id: 'kairos', role, scope })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${ttlSeconds}s`)
        .sign(privateKey);
      return {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: ttlSeconds,
        refresh_token: `${body}.${macOf(body).toString('base64url')}`,
        scope,
      };
    },
  };
}
