import { expect, test, vi } from 'vitest';
import { call, clientWith, requestToken } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { comparableParts, freshAddress, freshUsername, logIn, queriesOf, recordTrips } from './sign-up.ts';

const createDisabledRider = async (options: { username?: string } = {}) => {
  const { email, id } = await createRider(options);
  await sql`update users set disabled_at = now() where id = ${id}`;
  return email;
};
const createRiderWithoutPassword = async (options: { username?: string } = {}) => {
  const { email, id } = await createRider(options);
  await sql`update users set password_hash = null where id = ${id}`;
  return email;
};

/** Reasons why a login fails, by email address. */
const byAddress = async (): Promise<[username: string, secret: string][]> => [
  [freshAddress(), riderPassword],
  [(await createRider()).email, 'gravel and rain 1988'],
  [await createDisabledRider(), riderPassword],
  [await createRiderWithoutPassword(), riderPassword],
];
/** Reasons why a login fails, by username. */
const byUsername = async (): Promise<[username: string, secret: string][]> => {
  const [username, disabled, withoutPassword] = [freshUsername(), freshUsername(), freshUsername()];
  await createRider({ username });
  await createDisabledRider({ username: disabled });
  await createRiderWithoutPassword({ username: withoutPassword });
  return [
    [freshUsername(), riderPassword],
    [username, 'gravel and rain 1988'],
    [disabled, riderPassword],
    [withoutPassword, riderPassword],
    ['not an address @', riderPassword],
  ];
};

test('failed logins of unknown, disabled and passwordless accounts get the answer of a wrong password [B1, T11]', async () => {
  const answers = [];
  for (const [username, secret] of [...(await byAddress()), ...(await byUsername())]) {
    answers.push(await logIn(username, secret));
  }
  expect(answers[0]?.status).toBe(400);
  expect(answers[0]?.json).toEqual({ error: 'invalid_grant', error_description: expect.any(String) });
  for (const answer of answers) expect(comparableParts(answer)).toEqual(answers[0] && comparableParts(answers[0]));
});

test.each([
  ['an address', byAddress],
  ['a username', byUsername],
])(
  'failed logins with %s all send the same statements in two round trips and hash the password once [B2, T11]',
  async (_what, failures) => {
    const work = [];
    for (const [username, secret] of await failures()) {
      const encoded = vi.spyOn(TextEncoder.prototype, 'encode');
      const trips = await recordTrips(() => logIn(username, secret));
      const timesRead = encoded.mock.calls.filter(([text]) => text === secret).length;
      encoded.mockRestore();
      work.push({ queries: queriesOf(trips), timesRead });
    }
    expect(work[0]?.queries).toHaveLength(2);
    // Once for its length, once by argon2.
    expect(work[0]?.timesRead).toBe(2);
    for (const each of work) expect(each).toEqual(work[0]);
  },
);

test('a rider logs in with email address or username, in upper or lower case', async () => {
  const username = freshUsername();
  const { id, email } = await createRider({ username });
  for (const name of [email, email.toUpperCase(), username, username.toUpperCase()]) {
    const { status, json } = await logIn(name, riderPassword);
    expect(status, name).toBe(200);
    expect((await clientWith(json.access_token).get('/v1/me')).json.id).toBe(id);
  }
});

test('a login gets the response of RFC 6749, with headers that forbid storing it', async () => {
  const { email } = await createRider();
  const { status, json, headers } = await logIn(email, riderPassword);
  expect(status).toBe(200);
  expect(json).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    token_type: 'Bearer',
    expires_in: 900,
    refresh_token: expect.stringMatching(/^r1\./),
    scope: expect.stringContaining('journeys:write'),
    device_token: expect.stringMatching(/^d1\./),
  });
  expect([headers.get('Cache-Control'), headers.get('Pragma')]).toEqual(['no-store', 'no-cache']);
});

test('every login starts its own session [B14]', async () => {
  const { email, id, sessionId } = await createRider();
  await Promise.all([logIn(email, riderPassword), logIn(email, riderPassword)]);
  const rows = await sql`select id from sessions where user_id = ${id}`;
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map((row) => row.id)).size).toBe(3);
  expect(rows.map((row) => row.id)).toContain(sessionId);
});

test('each login and each failure is audited with the rider, without network or password', async () => {
  const { email, id } = await createRider();
  await logIn(email, 'gravel and rain 1988', { headers: { 'User-Agent': 'audit' }, network: '192.0.2.44' });
  await logIn(email, riderPassword);
  const entries =
    await sql`select a::text as text, action from audit a where actor_id = ${id} or subject_id = ${id} order by at`;
  expect(entries.map(({ action }) => action)).toEqual(['auth.login_failed', 'auth.login']);
  for (const text of ['192.0.2.44', email, 'gravel and rain']) expect(JSON.stringify(entries)).not.toContain(text);
});

const badRequests: [what: string, fields: Record<string, string>, error: string][] = [
  ['no grant type', { username: 'a', password: 'b' }, 'invalid_request'],
  ['no password', { grant_type: 'password', username: 'a' }, 'invalid_request'],
  ['no username', { grant_type: 'password', password: 'b' }, 'invalid_request'],
  ['an empty password', { grant_type: 'password', username: 'a', password: '' }, 'invalid_request'],
  ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ['the grant authorization_code', { grant_type: 'authorization_code', code: 'x' }, 'unsupported_grant_type'],
  [
    'the grant client_credentials',
    { grant_type: 'client_credentials', client_id: 'a', client_secret: 'b' },
    'unsupported_grant_type',
  ],
  ['the grant implicit', { grant_type: 'implicit' }, 'unsupported_grant_type'],
  ['the grant in capitals', { grant_type: 'PASSWORD', username: 'a', password: 'b' }, 'unsupported_grant_type'],
  ['a space before the grant', { grant_type: ' password', username: 'a', password: 'b' }, 'unsupported_grant_type'],
  ['the name of an object property', { grant_type: 'constructor' }, 'unsupported_grant_type'],
];

test.each(badRequests)('a token request with %s is refused as RFC 6749 says [B15]', async (_what, fields, error) => {
  const trips = await recordTrips(async () => {
    const { status, json } = await requestToken(fields);
    expect([status, json.error]).toEqual([400, error]);
  });
  expect(trips).toEqual([]);
});

test.each([
  ['a client secret in the query', '?client_id=a&client_secret=b', ''],
  ['a password in the query', `?grant_type=password&username=a&password=b`, ''],
  ['a refresh token in the query', '?refresh_token=r1.x', ''],
  ['a parameter sent twice', '', '&grant_type=refresh_token'],
  ['two usernames', '', '&username=b'],
])('a token request with %s is refused [B15, T15, T16]', async (_what, query, more) => {
  const body = `grant_type=password&username=a&password=b${more}`;
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const { status, json } = await call('POST', `/v1/auth/token${query}`, { body, headers });
  expect([status, json.error]).toEqual([400, 'invalid_request']);
});

test('a valid refresh token in the query is refused [B15]', async () => {
  const { refreshToken } = await createRider();
  const body = new URLSearchParams({ grant_type: 'refresh_token' });
  const { status } = await call('POST', `/v1/auth/token?refresh_token=${refreshToken}`, { body });
  expect(status).toBe(400);
});

test('a token request in JSON is refused', async () => {
  const body = { grant_type: 'password', username: 'a', password: 'b' };
  expect((await call('POST', '/v1/auth/token', { body })).status).toBe(415);
});

test('a login with a NUL or invalid UTF-8 is refused without an internal error', async () => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const username of ['a%00b', '%ff%fe', '%c0%80', '%ed%a0%80']) {
    const body = `grant_type=password&username=${username}&password=b`;
    const { status } = await call('POST', '/v1/auth/token', { body, headers });
    expect([400, 422], username).toContain(status);
  }
});

test('any Authorization header is ignored at login, since Swagger and OAuth libraries send Basic', async () => {
  const { email, token } = await createRider();
  for (const Authorization of [
    'Basic Og==',
    'Basic a2Fpcm9zOg==',
    `Bearer ${token}`,
    'Bearer expired.or.odd',
    'nonsense',
  ]) {
    expect((await logIn(email, riderPassword, { headers: { Authorization } })).status, Authorization).toBe(200);
  }
});

declare global {
  interface ImportMeta {
    /** Vite's: the files of a pattern, read when the test is built. */
    glob: (pattern: string, options: { query: '?raw'; import: 'default'; eager: true }) => Record<string, string>;
  }
}

test('a new database has no account, and no default name can log in [B16]', async () => {
  const migrations = import.meta.glob('../../../migrations/**/*.sql', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  expect(Object.keys(migrations).length).toBeGreaterThan(0);
  for (const text of Object.values(migrations)) expect(text).not.toMatch(/insert\s+into\s+"?(users|sessions)\b/i);
  for (const name of ['admin', 'root', 'kairos', 'postgres', 'admin@localhost', 'admin@example.com']) {
    expect((await logIn(name, name)).json.error).toBe('invalid_grant');
  }
});
