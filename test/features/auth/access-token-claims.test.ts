import { env } from 'cloudflare:workers';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { anonymous, apiUrl, call } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { claimsOf, headerOf, type Members, readMe, signRaw } from './access-token.ts';
import { logIn } from './identity.ts';

const seconds = () => Math.floor(Date.now() / 1_000);

/** What each claim may not be, as a function of the second it is. */
const badTimes: [what: string, claims: (now: number) => Members][] = [
  ['exp missing', () => ({ exp: undefined })],
  ['exp null', () => ({ exp: null })],
  ['exp a text', (now) => ({ exp: String(now + 900) })],
  ['exp zero', () => ({ exp: 0 })],
  ['exp negative', () => ({ exp: -1 })],
  ['exp now', (now) => ({ exp: now })],
  ['exp past', (now) => ({ iat: now - 900, exp: now - 1 })],
  ['exp a fraction', (now) => ({ exp: now + 899.5 })],
  ['exp a list', (now) => ({ exp: [now + 900] })],
  ['exp an object', () => ({ exp: {} })],
  ['exp true', () => ({ exp: true })],
  ['exp far in the future', (now) => ({ exp: now + 10 * 365 * 86_400 })],
  ['exp 2^53', () => ({ exp: 2 ** 53 })],
  ['a life of an hour', (now) => ({ exp: now + 3_600 })],
  ['iat missing', () => ({ iat: undefined })],
  ['iat a text', (now) => ({ iat: String(now) })],
  ['iat in the future', (now) => ({ iat: now + 60, exp: now + 900 })],
  ['iat long past', (now) => ({ iat: now - 3_600 })],
  ['iat negative', () => ({ iat: -1 })],
  ['iat a fraction', (now) => ({ iat: now - 0.5 })],
  ['nbf in the future', (now) => ({ nbf: now + 60 })],
  ['nbf a text', (now) => ({ nbf: String(now) })],
];

test.each(badTimes)('E6: a token with %s is refused', async (_what, claims) => {
  const rider = await createRider();
  const token = await signRaw(headerOf(), { ...claimsOf(rider), ...claims(seconds()) });
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test.each(['1e400', '-1e400', 'NaN', '1e3', '9'.repeat(400), '-0', '"Infinity"'])(
  'E6: a token with exp %s is refused',
  async (exp) => {
    const rider = await createRider();
    const text = JSON.stringify({ ...claimsOf(rider), exp: 'here' }).replace('"here"', exp);
    expect((await readMe(`Bearer ${await signRaw(headerOf(), text)}`)).status).toBe(401);
  },
);

test('E6: of a claim given twice the last one counts, so that both readings expire', async () => {
  const rider = await createRider();
  const now = seconds();
  const text = JSON.stringify(claimsOf(rider))
    .replace('{', `{"exp":${now + 900},`)
    .replace(/}$/, `,"exp":${now - 10}}`);
  expect((await readMe(`Bearer ${await signRaw(headerOf(), text)}`)).status).toBe(401);
});

test('E6: a token that was accepted is refused when a part of it is another’s, when its time is over, and before', async () => {
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
  ['aud missing', { aud: undefined }],
  ['aud another', { aud: 'https://evil.example' }],
  ['aud a list without ours', { aud: ['https://evil.example', 'kairos'] }],
  ['aud an empty list', { aud: [] }],
  ['aud a part of ours', { aud: apiUrl.slice(0, -1) }],
  ['aud ours and more', { aud: `${apiUrl}.evil.example` }],
  ['aud with a slash', { aud: `${apiUrl}/` }],
  ['aud in capitals', { aud: apiUrl.toUpperCase() }],
  ['aud an object', { aud: { [apiUrl]: true } }],
  ['iss missing', { iss: undefined }],
  ['iss another', { iss: 'https://evil.example' }],
  ['iss with a slash', { iss: `${apiUrl}/` }],
  ['iss without a scheme', { iss: apiUrl.replace('https://', '') }],
  ['iss over http', { iss: apiUrl.replace('https:', 'http:') }],
  ['iss a list', { iss: [apiUrl] }],
  ['iss where the website is', { iss: env.WEB_URL }],
  ['sub missing', { sub: undefined }],
  ['sub no UUID', { sub: 'admin' }],
  ['sub a list', { sub: ['a'] }],
  ['sid missing', { sid: undefined }],
  ['sid no UUID', { sid: "' or 1=1 --" }],
  ['jti missing', { jti: undefined }],
  ['jti a number', { jti: 1 }],
  ['scope missing', { scope: undefined }],
  ['role missing', { role: undefined }],
  ['a role that there is not', { role: 'owner' }],
  ['scope a list', { scope: ['profile:read'] }],
  ['client_id missing', { client_id: undefined }],
];

test.each(badAudiences)('E7: a token with %s is refused', async (_what, claims) => {
  const rider = await createRider();
  const token = await signRaw(headerOf(), { ...claimsOf(rider), ...claims });
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test('E7: a session of another rider’s does not go with my name', async () => {
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

test.each(otherTypes)('E8, T13: a token of the type %j is no access token', async (typ) => {
  const token = await signRaw({ ...headerOf(), typ }, claimsOf(await createRider()));
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test('E8: a token without a type is no access token', async () => {
  const token = await signRaw({ ...headerOf(), typ: undefined }, claimsOf(await createRider()));
  expect((await readMe(`Bearer ${token}`)).status).toBe(401);
});

test('a scope that the token does not carry is refused, and one that we do not know gives nothing', async () => {
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
  ['Basic', (token) => `Basic ${token}`],
  ['Token', (token) => `Token ${token}`],
  ['Bearer and nothing', () => 'Bearer'],
  ['Bearer and a space', () => 'Bearer '],
  ['two spaces', (token) => `Bearer  ${token}`],
  ['a tab', (token) => `Bearer\t${token}`],
  ['a colon', (token) => `Bearer: ${token}`],
  ['Bearer twice', (token) => `Bearer Bearer ${token}`],
  ['the token twice', (token) => `Bearer ${token} ${token}`],
  ['a comma list', (token) => `Bearer ${token}, Bearer ${token}`],
  ['a comma list with another scheme', (token) => `Basic Og==, Bearer ${token}`],
  ['a parameter', (token) => `Bearer token="${token}"`],
  ['quotes', (token) => `Bearer "${token}"`],
  ['something behind it', (token) => `Bearer ${token};`],
  ['padding', (token) => `Bearer ${token}==`],
  ['letters outside ASCII', () => 'Bearer ÿÿÿÿ'],
])('E11: an Authorization header with %s is refused', async (_what, header) => {
  const { status, json } = await readMe(header((await createRider()).token));
  expect([status, json.code]).toEqual([401, 'auth.invalid_token']);
});

test('E11: two Authorization headers are refused, whichever is good', async () => {
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

test('E11: the scheme is Bearer in any case, and the answer says what is wanted', async () => {
  const { token } = await createRider();
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) expect((await readMe(`${scheme} ${token}`)).status).toBe(200);
  expect((await readMe('Bearer x')).headers.get('WWW-Authenticate')).toBe(
    'Bearer realm="kairos", error="invalid_token"',
  );
  expect((await anonymous().get('/v1/me')).headers.get('WWW-Authenticate')).toBe('Bearer realm="kairos"');
});

test('E12: a token of 100 KB is refused, also one that is signed', async () => {
  const rider = await createRider();
  const padded = await signRaw({ ...headerOf(), pad: 'x'.repeat(100_000) }, claimsOf(rider));
  const kid = await signRaw({ ...headerOf(), kid: 'k'.repeat(100_000) }, claimsOf(rider));
  const small = await signRaw({ ...headerOf(), pad: 'x'.repeat(5_000) }, claimsOf(rider));
  for (const token of [padded, kid, 'x'.repeat(100_000)]) expect((await readMe(`Bearer ${token}`)).status).toBe(401);
  expect((await readMe(`Bearer ${small}`)).status).toBe(200);
});

test('E16: a token has one spelling, so that none can be made to look like another one', async () => {
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

test('E17: an access token lives fifteen minutes and names nobody', async () => {
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
