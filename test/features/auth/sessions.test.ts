import { expect, test } from 'vitest';
import { makeRefreshToken } from '../../../src/lib/refresh-token.ts';
import { anonymous, call, clientWith } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { comparableParts, logIn, otherWorker, recordTrips, refresh } from './sign-up.ts';

const revoke = (rider: Rider) =>
  sql`update sessions set revoked_at = now(), revoked_because = 'revoked' where id = ${rider.sessionId}`;
const disable = (rider: Rider) => sql`update users set disabled_at = now() where id = ${rider.id}`;
const remove = (rider: Rider) => sql`delete from sessions where id = ${rider.sessionId}`;
const logOut = async (rider: Rider) => {
  expect((await anonymous().post('/v1/auth/logout', { refresh_token: rider.refreshToken })).status).toBe(204);
};

/** Every kind of request that a rider can make: reads, valid writes, and writes that are invalid anyway. */
const requests = (rider: Rider, journeyId: string): [method: string, path: string, body?: unknown][] => [
  ['GET', '/v1/me'],
  ['HEAD', '/v1/journeys'],
  ['GET', `/v1/users/${rider.id}`],
  ['GET', `/v1/users/${crypto.randomUUID()}`],
  ['GET', `/v1/journeys/${journeyId}`],
  ['PATCH', '/v1/me', { name: 'Mallory' }],
  ['PATCH', '/v1/me', { role: 'admin' }],
  ['POST', '/v1/journeys', { name: 'Another' }],
  ['POST', '/v1/journeys', {}],
  ['PATCH', `/v1/journeys/${journeyId}`, { name: 'Stolen' }],
  ['PATCH', `/v1/journeys/${crypto.randomUUID()}`, { name: 'Stolen' }],
  ['POST', `/v1/journeys/${journeyId}/activate`],
  ['DELETE', `/v1/journeys/${journeyId}`],
  ['DELETE', '/v1/journeys/no-uuid'],
];

test.each([
  ['a logged-out session', logOut],
  ['a revoked session', revoke],
  ['a deleted session', remove],
  ['a disabled rider', disable],
])(
  'the access token of %s is refused at once for reads and writes and changes nothing [C9, C14]',
  async (_what, end) => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    await end(rider);

    const known = await rider.get('/v1/me');
    expect([known.status, known.json.code]).toEqual([401, 'auth.invalid_token']);
    for (const [method, path, body] of requests(rider, id)) {
      const answer = await call(method, path, { token: rider.token, body });
      expect(answer.status, `${method} ${path}`).toBe(401);
      if (method !== 'HEAD') expect(comparableParts(answer)).toEqual(comparableParts(known));
    }
    const rows =
      await sql`select u.name as rider, j.name, j.status from users u join journeys j on j.owner_id = u.id where u.id = ${rider.id}`;
    expect(rows).toEqual([{ rider: 'Test Rider', name: 'A journey', status: 'planned' }]);
  },
);

test('a write during a logout either completes before it or is refused [C9]', async () => {
  for (let round = 0; round < 10; round += 1) {
    const rider = await createRider();
    const writes = Array.from({ length: 8 }, () => rider.post('/v1/journeys', { name: 'Late' }));
    const [, ...answers] = await Promise.all([logOut(rider), ...writes]);
    const created = answers.filter(({ status }) => status === 201).length;
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(8 - created);
    expect(await sql`select count(*)::int from journeys where owner_id = ${rider.id}`).toEqual([{ count: created }]);
    expect((await rider.post('/v1/journeys', { name: 'Too late' })).status).toBe(401);
  }
});

test('checking the session costs no extra round trip', async () => {
  const rider = await createRider();
  const [first, ...more] = await recordTrips(() => rider.patch('/v1/me', { name: 'Anna' }));
  expect([first?.length, more]).toEqual([2, []]);
  const [read, ...others] = await recordTrips(() => rider.get('/v1/me'));
  expect([read?.length, others]).toEqual([2, []]);
});

test('the refresh token of a revoked session is refused and does not revive it [C9]', async () => {
  const rider = await createRider();
  await revoke(rider);
  const [before] = await sql`select s::text as row from sessions s where id = ${rider.sessionId}`;
  expect((await refresh(rider.refreshToken)).json.error).toBe('invalid_grant');
  expect(await sql`select s::text as row from sessions s where id = ${rider.sessionId}`).toEqual([before]);
});

test('a newly started Worker respects a logout too [C10]', async () => {
  const rider = await createRider();
  expect((await otherWorker({}).call('GET', '/v1/me', { token: rider.token })).status).toBe(200);
  await logOut(rider);
  expect((await otherWorker({}).call('GET', '/v1/me', { token: rider.token })).status).toBe(401);
  expect((await otherWorker({}).call('POST', '/v1/journeys', { token: rider.token, body: { name: 'x' } })).status).toBe(
    401,
  );
});

test("a disabled rider's tokens and password are refused, and work again once enabled [C14]", async () => {
  const rider = await createRider();
  await disable(rider);
  expect((await refresh(rider.refreshToken)).json.error).toBe('invalid_grant');
  expect((await logIn(rider.email, riderPassword)).json.error).toBe('invalid_grant');
  await sql`update users set disabled_at = null where id = ${rider.id}`;
  expect((await rider.get('/v1/me')).status).toBe(200);
  expect((await refresh(rider.refreshToken)).status).toBe(200);
});

test('a session ends after sixty idle days, and a refresh before that keeps it alive [C8]', async () => {
  const [idle, used] = [await createRider(), await createRider()];
  advance(59, 'days');
  const { json } = await refresh(used.refreshToken);
  advance(1, 'days');
  expect((await refresh(idle.refreshToken)).json.error).toBe('invalid_grant');
  expect((await refresh(json.refresh_token)).status).toBe(200);
});

test('a session ends after four hundred days in all, together with its last access token [C8]', async () => {
  const rider = await createRider();
  let token = rider.refreshToken;
  for (let days = 0; days < 350; days += 50) {
    advance(50, 'days');
    token = (await refresh(token)).json.refresh_token;
  }
  advance(50 * 24 * 60 - 5, 'minutes');
  const last = await refresh(token);
  expect(last.status).toBe(200);
  expect((await clientWith(last.json.access_token).get('/v1/me')).status).toBe(200);
  advance(6, 'minutes');
  expect((await refresh(last.json.refresh_token)).json.error).toBe('invalid_grant');
  expect((await clientWith(last.json.access_token).get('/v1/me')).status).toBe(401);
});

test.each<[what: string, send: (rider: Rider) => Promise<{ status: number }>]>([
  [
    'only the refresh token',
    ({ refreshToken }) => anonymous().post('/v1/auth/logout', { refresh_token: refreshToken }),
  ],
  ['only the access token', (rider) => rider.post('/v1/auth/logout', {})],
  ['the access token and no body', (rider) => call('POST', '/v1/auth/logout', { token: rider.token })],
  ['both tokens', (rider) => rider.post('/v1/auth/logout', { refresh_token: rider.refreshToken })],
  [
    'the refresh token and an invalid header',
    ({ refreshToken }) => clientWith('an.expired.one').post('/v1/auth/logout', { refresh_token: refreshToken }),
  ],
  [
    'an old refresh token',
    async (rider) => {
      await refresh(rider.refreshToken);
      return await anonymous().post('/v1/auth/logout', { refresh_token: rider.refreshToken });
    },
  ],
])('a rider can log out twice with %s [C13]', async (_what, send) => {
  const rider = await createRider();
  expect((await send(rider)).status).toBe(204);
  expect((await rider.get('/v1/me')).status).toBe(401);
  expect((await refresh(rider.refreshToken)).status).toBe(400);
  expect((await send(rider)).status).toBe(204);

  const [row] = await sql`select revoked_because from sessions where id = ${rider.sessionId}`;
  expect(row).toEqual({ revoked_because: 'logout' });
  const entries =
    await sql`select actor_id from audit where action = 'auth.logout' and subject_id = ${rider.sessionId}`;
  expect(entries).toEqual([{ actor_id: rider.id }]);
});

test('an API key at logout does not end a session, and does not prevent a logout with a refresh token [C13]', async () => {
  const rider = await createRider();
  const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: ['journeys:read'], expires_at: null });
  const withKey = clientWith(json.token);
  expect((await withKey.post('/v1/auth/logout', {})).status).toBe(204);
  expect((await rider.get('/v1/me')).status).toBe(200);
  expect((await withKey.post('/v1/auth/logout', { refresh_token: rider.refreshToken })).status).toBe(204);
  expect((await rider.get('/v1/me')).status).toBe(401);
});

test('logout works with an expired access token and a refresh token [C13]', async () => {
  const rider = await createRider();
  advance(1, 'hours');
  expect((await rider.post('/v1/auth/logout', { refresh_token: rider.refreshToken })).status).toBe(204);
  expect((await refresh(rider.refreshToken)).status).toBe(400);
});

test('a logout ends only its own session, and a forged refresh token ends no session [C13]', async () => {
  const rider = await createRider();
  const other = (await logIn(rider.email, riderPassword)).json;
  const forged = makeRefreshToken([new Uint8Array(32)], rider.sessionId, 0);
  expect((await anonymous().post('/v1/auth/logout', { refresh_token: forged })).status).toBe(204);
  expect((await rider.get('/v1/me')).status).toBe(200);
  await logOut(rider);
  expect((await refresh(other.refresh_token)).status).toBe(200);
});
