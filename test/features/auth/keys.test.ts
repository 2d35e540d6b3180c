import { env } from 'cloudflare:workers';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { readKeySet, rotateKeys } from '../../../local/stack/signing-keys.ts';
import { readAccessToken, signAccessToken } from '../../../src/lib/access-token.ts';
import { anonymous, apiUrl, call } from '../../support/app.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { claimsOf, headerOf, signingKey, signRaw } from './access-token.ts';
import { otherWorker } from './sign-up.ts';

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

const workerWith = (...keys: JWK[]) => otherWorker({ AUTH_KEYS: JSON.stringify({ keys }) });
const statusOf = async (worker: ReturnType<typeof otherWorker>, token: string) =>
  (await worker.call('GET', '/v1/me', { token })).status;

test('the published key set has only public members and may be cached for an hour at most [E13]', async () => {
  const { status, json, headers } = await anonymous().get('/.well-known/jwks.json');
  expect(status).toBe(200);
  expect(json).toEqual({
    keys: [
      { kty: 'EC', crv: 'P-256', x: signingKey.x, y: signingKey.y, kid: signingKey.kid, use: 'sig', alg: 'ES256' },
    ],
  });
  expect(headers.get('Content-Type')).toMatch(/^application\/(jwk-set\+)?json/);
  expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
  expect(JSON.stringify(json)).not.toContain(signingKey.d);
});

test('extra members of a configured key are not published [E13]', async () => {
  const key = {
    ...(await newKey('spare')),
    k: 'c2VjcmV0',
    p: 'p',
    q: 'q',
    'x-note': 'from the vault',
    key_ops: ['sign'],
  };
  const { json } = await workerWith(key).call('GET', '/.well-known/jwks.json');
  expect(Object.keys(json.keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('another service can verify our tokens with the published key set alone', async () => {
  const rider = await createRider();
  const { json } = await anonymous().get('/.well-known/jwks.json');
  const { payload } = await jwtVerify(rider.token, createLocalJWKSet(json), {
    issuer: apiUrl,
    audience: apiUrl,
    typ: 'at+jwt',
  });
  expect(payload.sub).toBe(rider.id);
});

test('a key rotation keeps every valid token working, and a dropped key ends its tokens [E14]', async () => {
  const rider = await createRider();
  const logIn = async (worker: ReturnType<typeof otherWorker>): Promise<string> => {
    const body = new URLSearchParams({ grant_type: 'password', username: rider.email, password: riderPassword });
    return (await worker.call('POST', '/v1/auth/token', { body })).json.access_token;
  };
  // What `npm run keys -- rotate` writes at each of its steps.
  let set = readKeySet(JSON.stringify({ keys: [signingKey] }));
  const sets = [set];
  for (let step = 0; step < 3; step += 1) {
    ({ set } = await rotateKeys(set, new Date()));
    sets.push(set);
  }
  const [before, published, signing, after] = sets.map(({ keys }) => workerWith(...keys));
  if (!before || !published || !signing || !after) throw new Error('four steps');

  const [old, late, young] = [await logIn(before), await logIn(published), await logIn(signing)];
  for (const worker of [before, published, signing]) {
    for (const token of [old, late]) expect(await statusOf(worker, token)).toBe(200);
  }
  for (const worker of [published, signing, after]) expect(await statusOf(worker, young)).toBe(200);
  for (const token of [old, late]) expect(await statusOf(after, token)).toBe(401);

  const next = sets[3]?.keys[0]?.kid;
  const kids = async (worker: ReturnType<typeof otherWorker>) =>
    (await worker.call('GET', '/.well-known/jwks.json')).json.keys.map(({ kid }: JWK) => kid);
  expect([await kids(published), await kids(after)]).toEqual([[signingKey.kid, next], [next]]);
});

test('removing a key ends its access tokens at once, and refresh tokens keep working [E15]', async () => {
  const rider = await createRider();
  const worker = workerWith(await newKey('emergency'));
  expect(await statusOf(worker, rider.token)).toBe(401);
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: rider.refreshToken });
  const { json } = await worker.call('POST', '/v1/auth/token', { body });
  expect(await statusOf(worker, json.access_token)).toBe(200);
  expect((await call('GET', '/v1/me', { token: json.access_token })).status).toBe(401);
});

test('a Worker with a key of another curve serves nothing and verifies no token [E10]', async () => {
  const rider = await createRider();
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const wrong = { ...(await exportJWK(privateKey)), kid: signingKey.kid ?? '' };
  expect(await statusOf(workerWith(wrong), rider.token)).toBe(500);
});

test("two key sets accept each other's tokens only if they share a key [E14]", async () => {
  const now = new Date();
  const [a, b] = [await newKey('a'), await newKey('b')];
  const issuer = (...authKeys: JWK[]) => ({ authKeys, apiUrl });
  const claims = {
    userId: crypto.randomUUID(),
    sessionId: crypto.randomUUID(),
    tokenId: 'x',
    role: 'user' as const,
    scope: '',
    now,
  };
  const [byA, byB] = [await signAccessToken(issuer(a, b), claims), await signAccessToken(issuer(b, a), claims)];

  for (const token of [byA, byB]) {
    expect(await readAccessToken(token, issuer(a, b), now)).toMatchObject({ sub: claims.userId });
  }
  expect(await readAccessToken(byA, issuer(a), now)).toMatchObject({ sid: claims.sessionId });
  expect(await readAccessToken(byA, issuer(b), now)).toBeUndefined();
  expect(await readAccessToken(byA, { authKeys: [a], apiUrl: 'https://other.example' }, now)).toBeUndefined();
  const stolenName = await signRaw({ ...headerOf(), kid: 'a' }, claimsOf(await createRider()), b);
  expect(await readAccessToken(stolenName, issuer(a, b), now)).toBeUndefined();
});

test('the secret of refresh tokens signs nothing else [T14]', async () => {
  const rider = await createRider();
  const worker = otherWorker({ TOKEN_SECRET: 's'.repeat(43) });
  expect(await statusOf(worker, rider.token)).toBe(200);
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: rider.refreshToken });
  expect((await worker.call('POST', '/v1/auth/token', { body })).status).toBe(400);
  expect(env.AUTH_KEYS).not.toContain(env.TOKEN_SECRET);
});
