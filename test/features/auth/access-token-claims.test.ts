import { env } from 'cloudflare:workers';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { anonymous, apiUrl, call } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { claimsOf, headerOf, type Members, readMe, signRaw } from './access-token.ts';
import { logIn } from './sign-up.ts';

const seconds = () => Math.floor(Date.now() / 1_000);

/** Invalid claims, as a function of the current second. */
const badTimes: [what: string, claims: (now: number) => Members][] = [
  ['no exp', () => ({ exp: undefined })],
  ['an exp of null', () => ({ exp: null })],
  ['an exp that is a text', (now) => ({ exp: String(now + 900) })],
  ['an exp of zero', () => ({ exp: 0 })],
  ['a negative exp', () => ({ exp: -1 })],
  ['an exp of now', (now) => ({ exp: now })],
  ['an exp in the past', (now) => ({ iat: now - 900, exp: now - 1 })],
  ['a fractional exp', (now) => ({ exp: now + 899.5 })],
  ['an exp that is a list', (now) => ({ exp: [now + 900] })],
  ['an exp that is an object', () => ({ exp: {} })],
  ['an exp of true', () => ({ exp: true })],
  ['an exp far in the future', (now) => ({ exp: now + 10 * 365 * 86_400 })],
  ['an exp of 2^53', () => ({ exp: 2 ** 53 })],
  ['a lifetime of an hour', (now) => ({ exp: now + 3_600 })],
  ['no iat', () => ({ iat: undefined })],
  ['an iat that is a text', (now) => ({ iat: String(now) })],
  ['an iat in the future', (now) => ({ iat: now + 60, exp: now + 900 })],
  ['an iat long past', (now) => ({ iat: now - 3_600 })],
  ['a negative iat', () => ({ iat: -1 })],
  ['a fractional iat', (now) => ({ iat: now - 0.5 })],
  ['an nbf in the future', (now) => ({ nbf: now + 60 })],
  ['an nbf that is a text', (now) => ({ nbf: String(now) })],
];

test.each(badTimes)('an access token with %s is refused [E6]', async (_what, claims) => {
  const rider = await createRider();
  const token = await signRaw(headerOf(), { ...claimsOf(rider), ...claims(seconds()) });
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test.each(['1e400', '-1e400', 'NaN', '1e3', '9'.repeat(400), '-0', '"Infinity"'])(
  'an access token with an exp of %s is refused [E6]',
  async (exp) => {
    const rider = await createRider();
    const text = JSON.stringify({ ...claimsOf(rider), exp: 'here' }).replace('"here"', exp);
    expect((await readMe(`Bearer ${await signRaw(headerOf(), text)}`)).status).toBe(401);
  },
);

test('an access token with a second, expired exp is refused [E6]', async () => {
  const rider = await createRider();
  const now = seconds();
  const text = JSON.stringify(claimsOf(rider))
    .replace('{', `{"exp":${now + 900},`)
    .replace(/}$/, `,"exp":${now - 10}}`);
  expect((await readMe(`Bearer ${await signRaw(headerOf(), text)}`)).status).toBe(401);
});

test('an access token is refused when mixed with another, before it is valid, and after it expires [E6]', async () => {
  const [mine, theirs] = [await createRider(), await createRider()];
  expect([(await mine.get('/v1/me')).status, (await theirs.get('/v1/me')).status]).toEqual([200, 200]);
  const [header, , signature] = mine.token.split('.');
  const [, payload, otherSignature] = theirs.token.split('.');
  const own = mine.token.slice(0, mine.token.lastIndexOf('.'));
  for (const token of [`${header}.${payload}.${signature}`, `${own}.${otherSignature}`]) {
    expect((await readMe(`Bearer ${token}`)).status).toBe(401);
  }
  advance(16, 'minutes');
  expect((await mine.get('/v1/me')).status).toBe(401);
  advance(-32, 'minutes');
  expect((await mine.get('/v1/me')).status).toBe(401);
  advance(16, 'minutes');
  expect((await mine.get('/v1/me')).status).toBe(200);
});

const badAudiences: [what: string, claims: Members][] = [
  ['no aud', { aud: undefined }],
  ['another aud', { aud: 'https://evil.example' }],
  ['an aud list without ours', { aud: ['https://evil.example', 'kairos'] }],
  ['an empty aud list', { aud: [] }],
  ['a part of our aud', { aud: apiUrl.slice(0, -1) }],
  ['an aud longer than ours', { aud: `${apiUrl}.evil.example` }],
  ['our aud with a slash', { aud: `${apiUrl}/` }],
  ['our aud in capitals', { aud: apiUrl.toUpperCase() }],
  ['an aud that is an object', { aud: { [apiUrl]: true } }],
  ['no iss', { iss: undefined }],
  ['another iss', { iss: 'https://evil.example' }],
  ['our iss with a slash', { iss: `${apiUrl}/` }],
  ['our iss without its scheme', { iss: apiUrl.replace('https://', '') }],
  ['our iss over http', { iss: apiUrl.replace('https:', 'http:') }],
  ['an iss that is a list', { iss: [apiUrl] }],
  ['the website as iss', { iss: env.WEB_URL }],
  ['no sub', { sub: undefined }],
  ['a sub that is not a UUID', { sub: 'admin' }],
  ['a sub that is a list', { sub: ['a'] }],
  ['no sid', { sid: undefined }],
  ['a sid that is not a UUID', { sid: "' or 1=1 --" }],
  ['no jti', { jti: undefined }],
  ['a jti that is a number', { jti: 1 }],
  ['no scope', { scope: undefined }],
  ['no role', { role: undefined }],
  ['an unknown role', { role: 'owner' }],
  ['a scope that is a list', { scope: ['profile:read'] }],
  ['no client_id', { client_id: undefined }],
];

test.each(badAudiences)('an access token with %s is refused [E7]', async (_what, claims) => {
  const rider = await createRider();
  const token = await signRaw(headerOf(), { ...claimsOf(rider), ...claims });
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test("an access token with another rider's session is refused [E7]", async () => {
  const [mine, theirs] = [await createRider(), await createRider()];
  const token = await signRaw(headerOf(), { ...claimsOf(mine), sid: theirs.sessionId });
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
  expect((await call('POST', '/v1/journeys', { token, body: { name: 'x' } })).status).toBe(401);
});

const otherTypes = [
  'JWT',
  'jwt',
  'id+jwt',
  'verify+jwt',
  'reset+jwt',
  'email+jwt',
  'dpop+jwt',
  'at',
  'at+jwt+x',
  '',
  null,
  7,
  ['at+jwt'],
];

test.each(otherTypes)('a token of the type %j is refused as an access token [E8, T13]', async (typ) => {
  const token = await signRaw({ ...headerOf(), typ }, claimsOf(await createRider()));
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test('a token without a type is refused as an access token [E8]', async () => {
  const token = await signRaw({ ...headerOf(), typ: undefined }, claimsOf(await createRider()));
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test("a call outside the token's scopes is refused, and unknown scopes grant nothing", async () => {
  const rider = await createRider();
  const withScope = async (scope: string) => await signRaw(headerOf(), { ...claimsOf(rider), scope });
  const rename = async (scope: string) =>
    await call('PATCH', '/v1/me', { token: await withScope(scope), body: { name: 'Eve' } });
  expect((await rename('profile:read')).json.code).toBe('auth.scope_missing');
  expect((await rename('admin * profile profile:* PROFILE:WRITE profile:write2')).status).toBe(403);
  expect((await rename('')).status).toBe(403);
  expect((await rename('journeys:read profile:write')).status).toBe(200);
});

test.each<[what: string, header: (token: string) => string]>([
  ['no scheme', (token) => token],
  ['the Basic scheme', (token) => `Basic ${token}`],
  ['the Token scheme', (token) => `Token ${token}`],
  ['Bearer and no token', () => 'Bearer'],
  ['Bearer and only a space', () => 'Bearer '],
  ['two spaces', (token) => `Bearer  ${token}`],
  ['a tab', (token) => `Bearer\t${token}`],
  ['a colon', (token) => `Bearer: ${token}`],
  ['Bearer written twice', (token) => `Bearer Bearer ${token}`],
  ['the token written twice', (token) => `Bearer ${token} ${token}`],
  ['a list of two tokens', (token) => `Bearer ${token}, Bearer ${token}`],
  ['a list that starts with another scheme', (token) => `Basic Og==, Bearer ${token}`],
  ['a parameter', (token) => `Bearer token="${token}"`],
  ['a quoted token', (token) => `Bearer "${token}"`],
  ['a semicolon after the token', (token) => `Bearer ${token};`],
  ['a padded token', (token) => `Bearer ${token}==`],
  ['characters outside ASCII', () => 'Bearer ÿÿÿÿ'],
])('an Authorization header with %s is refused [E11]', async (_what, header) => {
  const { status, json } = await readMe(header((await createRider()).token));
  expect([status, json.code]).toEqual([401, 'auth.invalid_token']);
});

test('a request with two Authorization headers is refused, even if one is valid [E11]', async () => {
  const { token } = await createRider();
  for (const values of [
    [token, token],
    ['x', token],
    [token, 'x'],
  ]) {
    const headers = new Headers(values.map((value) => ['Authorization', `Bearer ${value}`]));
    expect((await call('GET', '/v1/me', { headers: Object.fromEntries(headers) })).status).toBe(401);
  }
});

test('the Bearer scheme is accepted in upper and lower case, and a refusal names it in WWW-Authenticate [E11]', async () => {
  const { token } = await createRider();
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) expect((await readMe(`${scheme} ${token}`)).status).toBe(200);
  expect((await readMe('Bearer x')).headers.get('WWW-Authenticate')).toBe(
    'Bearer realm="kairos", error="invalid_token"',
  );
  expect((await anonymous().get('/v1/me')).headers.get('WWW-Authenticate')).toBe('Bearer realm="kairos"');
});

test('a token of 100 KB is refused, even when it is properly signed [E12]', async () => {
  const rider = await createRider();
  const padded = await signRaw({ ...headerOf(), pad: 'x'.repeat(100_000) }, claimsOf(rider));
  const kid = await signRaw({ ...headerOf(), kid: 'k'.repeat(100_000) }, claimsOf(rider));
  const small = await signRaw({ ...headerOf(), pad: 'x'.repeat(5_000) }, claimsOf(rider));
  for (const token of [padded, kid, 'x'.repeat(100_000)]) expect((await readMe(`Bearer ${token}`)).status).toBe(401);
  expect((await readMe(`Bearer ${small}`)).status).toBe(200);
});

test('an access token has exactly one valid spelling [E16]', async () => {
  const rider = await createRider();
  const [header = '', payload = '', signature = ''] = rider.token.split('.');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // 86 characters hold 516 bits: sixteen spellings of the last one stand for the same 64 bytes.
  const sameBytes = Array.from(alphabet, (last) => rider.token.slice(0, -1) + last).filter((token) =>
    Buffer.from(token.split('.')[2] ?? '', 'base64url').equals(Buffer.from(signature, 'base64url')),
  );
  expect(sameBytes).toHaveLength(16);
  const others = [
    ...sameBytes.filter((token) => token !== rider.token),
    `${rider.token}=`,
    `${rider.token}==`,
    `${header}.${payload}=.${signature}`,
    `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`,
    `${header}.${payload}. ${signature}`,
    `${header}.${payload}.${signature.slice(0, 40)}\t${signature.slice(40)}`,
  ];
  for (const token of others) expect((await readMe(`Bearer ${token}`)).status, token).toBe(401);
  expect((await readMe(`Bearer ${rider.token}`)).status).toBe(200);
});

test('an access token lives fifteen minutes and contains no personal data [E17]', async () => {
  const rider = await createRider({ name: 'Anna Berger', username: `u${crypto.randomUUID().slice(0, 12)}` });
  const { access_token: token } = (await logIn(rider.email, riderPassword)).json;
  const claims = decodeJwt(token);
  expect(Object.keys(claims).sort()).toEqual([
    'aud',
    'client_id',
    'exp',
    'iat',
    'iss',
    'jti',
    'role',
    'scope',
    'sid',
    'sub',
  ]);
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(15 * 60);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
  for (const text of [rider.email, 'Anna', 'Berger']) expect(JSON.stringify(claims)).not.toContain(text);

  advance(14, 'minutes');
  expect((await readMe(`Bearer ${token}`)).status).toBe(200);
  advance(61, 'seconds');
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});
