import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { deriveKey } from '../../../src/lib/keys.ts';
import { makeRefreshToken } from '../../../src/lib/refresh-token.ts';
import { call, clientWith, requestToken } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import {
  comparableParts,
  freshAddress,
  otherWorker,
  recordTrips,
  refresh,
  registerForToken,
  verify,
} from './sign-up.ts';

const sessionRow = ({ sessionId }: Rider) => sql`select s::text as row from sessions s where id = ${sessionId}`;

/** Expects the refusal that every invalid token gets, without a statement and without a change of the session. */
async function expectForged(rider: Rider, tokens: readonly string[]): Promise<void> {
  const before = await sessionRow(rider);
  const known = comparableParts(await refresh('no token at all'));
  const trips = await recordTrips(async () => {
    for (const token of tokens) expect(comparableParts(await refresh(token)), token).toEqual(known);
  });
  expect(trips).toEqual([]);
  expect(await sessionRow(rider)).toEqual(before);
  expect((await refresh(rider.refreshToken)).status).toBe(200);
}

test('a refresh token with any character changed is refused, and the session stays alive [C6]', async () => {
  const rider = await createRider();
  const other = (char: string) => (char === '0' ? '1' : '0');
  const flipped = Array.from(
    rider.refreshToken,
    (char, at) => rider.refreshToken.slice(0, at) + other(char) + rider.refreshToken.slice(at + 1),
  );
  await expectForged(rider, flipped);
});

test('a refresh token with any bit of its MAC changed is refused, and the session stays alive [C6]', async () => {
  const rider = await createRider();
  const [mac = ''] = rider.refreshToken.split('.').slice(-1);
  const bytes = Buffer.from(mac, 'base64url');
  const forged = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return rider.refreshToken.replace(mac, changed.toString('base64url'));
  });
  expect(forged).toHaveLength(256);
  await expectForged(rider, forged);
});

test('a refresh token put together from two others is refused [C6]', async () => {
  const [rider, other] = [await createRider(), await createRider()];
  const [, sessionId, , mac] = rider.refreshToken.split('.');
  const [, otherSession, , otherMac] = other.refreshToken.split('.');
  await expectForged(rider, [
    `r1.${sessionId}.0.${otherMac}`,
    `r1.${otherSession}.0.${mac}`,
    `r1.${sessionId}.1.${mac}`,
    `r1.${sessionId}.00.${mac}`,
    `r2.${sessionId}.0.${mac}`,
    makeRefreshToken([deriveKey('somebody else’s secret, as long as ours', 'refresh-token')], rider.sessionId, 0),
    makeRefreshToken([deriveKey(env.TOKEN_SECRET, 'cursor')], rider.sessionId, 0),
    makeRefreshToken([new TextEncoder().encode(env.TOKEN_SECRET)], rider.sessionId, 0),
    makeRefreshToken([new Uint8Array()], rider.sessionId, 0),
  ]);
});

test('a refresh token has exactly one valid spelling, and other spellings leave the session alive [C7]', async () => {
  const rider = await createRider();
  const token = rider.refreshToken;
  const [mac = ''] = token.split('.').slice(-1);
  const body = token.slice(0, -mac.length);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // 43 characters hold 258 bits: four spellings of the last one stand for the same 32 bytes.
  const sameBytes = Array.from(alphabet, (last) => body + mac.slice(0, -1) + last).filter(
    (spelling) =>
      spelling !== token && Buffer.from(spelling.slice(body.length), 'base64url').equals(Buffer.from(mac, 'base64url')),
  );
  expect(sameBytes).toHaveLength(3);

  await expectForged(rider, [
    ...sameBytes,
    ...[1, 10, 42, 43, 44].map((count) => token.slice(0, -count)),
    `${token}=`,
    `${token}A`,
    ` ${token}`,
    `${token} `,
    `${token}\n`,
    `${token}.`,
    `${token}.${mac}`,
    token.toUpperCase(),
    token.replace('r1.', 'R1.'),
    token.replaceAll('.', '%2E'),
    token.replaceAll('-', ''),
    token.replace('.0.', '.+0.'),
    token.replace('.0.', '.0x0.'),
    token.replace('.0.', '.999999999999999999999.'),
    body + Buffer.from(mac, 'base64url').toString('hex'),
    `${body}${Buffer.from(mac, 'base64url').toString('base64')}`,
    `"${token}"`,
    `Bearer ${token}`,
    `r1.${'1'.repeat(900)}`,
  ]);
});

test('a refresh token of a deleted session is refused like any invalid token', async () => {
  const rider = await createRider();
  await sql`delete from sessions where id = ${rider.sessionId}`;
  expect(comparableParts(await refresh(rider.refreshToken))).toEqual(comparableParts(await refresh('no token at all')));
});

test('a rotated TOKEN_SECRET accepts old refresh tokens as long as the old secret is listed', async () => {
  const [rider, newSecret] = [await createRider(), 'n'.repeat(43)];
  const renew = async (secret: string, token: string) => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
    return await otherWorker({ TOKEN_SECRET: secret }).call('POST', '/v1/auth/token', { body });
  };
  const renewed = await renew(`${newSecret},${env.TOKEN_SECRET}`, rider.refreshToken);
  expect(renewed.status).toBe(200);
  expect((await renew(newSecret, renewed.json.refresh_token)).status).toBe(200);
  expect((await renew(newSecret, rider.refreshToken)).status).toBe(400);
});

test('no kind of credential works in place of another [C17, E8, T13]', async () => {
  const rider = await createRider();
  const mailed = await registerForToken({ email: freshAddress() });
  const me = (token: string) => clientWith(token).get('/v1/me');
  const places: Record<string, (token: string) => Promise<number>> = {
    access: async (token) => (await me(token)).status,
    refresh: async (token) => (await refresh(token)).status,
    verification: async (token) => (await verify(token)).status,
    password: async (token) =>
      (await requestToken({ grant_type: 'password', username: rider.email, password: token })).status,
  };
  const credentials = { access: rider.token, refresh: rider.refreshToken, verification: mailed };

  for (const [kind, token] of Object.entries(credentials)) {
    for (const [place, use] of Object.entries(places)) {
      if (place === kind) continue;
      expect(await use(token), `${kind} as ${place}`).toBe(place === 'access' ? 401 : 400);
    }
  }
  // All three were good all the while.
  expect(await places.access?.(rider.token)).toBe(200);
  expect(await places.refresh?.(rider.refreshToken)).toBe(200);
  expect(await places.verification?.(mailed)).toBe(200);
});

test.each(['GET', 'POST'])(
  'a %s with a token in its query or an unknown cookie counts as anonymous [C17]',
  async (method) => {
    const { token, refreshToken } = await createRider();
    const path = method === 'GET' ? '/v1/me' : '/v1/journeys';
    const body = method === 'GET' ? undefined : { name: 'A journey' };
    for (const credential of [token, refreshToken]) {
      for (const name of ['access_token', 'refresh_token', 'token', '__Host-session']) {
        const cookie = await call(method, path, { body, headers: { Cookie: `${name}=${credential}` } });
        expect([cookie.status, cookie.json.code]).toEqual([401, 'auth.authentication_required']);
        const query = await call(method, `${path}?${name}=${credential}`, { body });
        expect([400, 401]).toContain(query.status);
        expect(query.text).not.toContain(credential);
      }
    }
  },
);
