import { expect, test } from 'vitest';
import { anonymous, call } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { freshAddress, logIn, register } from '../auth/sign-up.ts';

const fields = [
  'adult',
  'bio',
  'country',
  'created_at',
  'email',
  'hidden',
  'id',
  'name',
  'privacy_zones',
  'riders_near',
  'role',
  'updated_at',
  'username',
  'version',
];
const rowOf = async ({ id }: Rider) => (await sql`select u::text as row from users u where id = ${id}`)[0];

test("a rider's own account shows the declared fields and no password hash [T1]", async () => {
  const rider = await createRider();
  const { status, json, text } = await rider.get('/v1/me');
  expect(status).toBe(200);
  expect(Object.keys(json).sort()).toEqual(fields);
  expect(json).toMatchObject({ id: rider.id, email: rider.email, role: 'user', username: null });
  expect(text).not.toMatch(/argon2|password|hash|session/i);
});

test('a change of the account answers with the same fields as reading it [T1, J2]', async () => {
  const rider = await createRider();
  const { json, text } = await rider.patch('/v1/me', { bio: 'Slow uphill.' });
  expect(Object.keys(json).sort()).toEqual(fields);
  expect(text).not.toMatch(/argon2|password|hash|session/i);
});

test('a change of one account field leaves the others alone, and null clears an optional field', async () => {
  const rider = await createRider();
  const [before] = [(await rider.get('/v1/me')).json];
  advance(1, 'seconds');
  const username = `u${crypto.randomUUID().slice(0, 12)}`;
  const changed = (await rider.patch('/v1/me', { country: 'AT', username })).json;
  expect(changed).toEqual({ ...before, country: 'AT', username, version: 2, updated_at: expect.any(String) });
  expect(changed.updated_at > before.updated_at).toBe(true);

  expect((await rider.patch('/v1/me', { country: null, username: null })).json).toMatchObject({
    country: null,
    username: null,
  });
  expect((await rider.patch('/v1/me', {})).json).toMatchObject({ name: before.name });
  for (const body of [{ name: null }, { bio: null }, { adult: null }]) {
    expect((await rider.patch('/v1/me', body)).status, JSON.stringify(body)).toBe(422);
  }
});

const notMine: [field: string, value: unknown][] = [
  ['email', 'mallory@example.com'],
  ['email_verified', true],
  ['is_verified', true],
  ['verified_at', '2026-01-01T00:00:00Z'],
  ['password', 'a stranger chose this'],
  ['password_hash', '$argon2id$v=19$m=19456,t=2,p=1$x$y'],
  ['passwordHash', 'x'],
  ['role', 'admin'],
  ['is_admin', true],
  ['scopes', ['admin']],
  ['id', crypto.randomUUID()],
  ['user_id', crypto.randomUUID()],
  ['owner_id', crypto.randomUUID()],
  ['created_at', '2020-01-01T00:00:00Z'],
  ['updated_at', '2020-01-01T00:00:00Z'],
  ['disabled_at', null],
  ['deleted_at', null],
  ['version', 99],
  ['token_version', 99],
  ['quota', 99],
  ['next_digest_at', '2020-01-01T00:00:00Z'],
  ['isAdult', true],
  ['is_adult', true],
  ['__proto__', { role: 'admin' }],
  ['constructor', { prototype: { role: 'admin' } }],
  ['prototype', { role: 'admin' }],
];

test.each(notMine)(
  'a change of the account with the field %s is refused as a whole [A12, T2, J1]',
  async (field, value) => {
    const rider = await createRider();
    const before = await rowOf(rider);
    const body = `{"name":"Mallory",${JSON.stringify(field)}:${JSON.stringify(value)}}`;
    const { status, json } = await rider.patch('/v1/me', body, { headers: { 'Content-Type': 'application/json' } });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: field, message: 'Unknown field.' }]);
    expect(await rowOf(rider)).toEqual(before);
  },
);

test.each(notMine.filter(([field]) => !['email', 'password'].includes(field)))(
  'a registration with the field %s is refused [A12, J1]',
  async (field, value) => {
    const email = freshAddress();
    const fixed = JSON.stringify({ email, password: 'five slow gravel passes', name: 'Anna' });
    const body = `${fixed.slice(0, -1)},${JSON.stringify(field)}:${JSON.stringify(value)}}`;
    const { status } = await anonymous().post('/v1/auth/register', body, {
      headers: { 'Content-Type': 'application/json' },
    });
    expect(status).toBe(422);
    expect(await sql`select 1 from registrations where email = ${email}`).toEqual([]);
  },
);

test.each(['PUT', 'POST'])('the account does not accept the method %s [A12, T2]', async (method) => {
  const rider = await createRider();
  const { status, headers } = await call(method, '/v1/me', { token: rider.token, body: { email_verified: true } });
  expect([status, headers.get('Allow')]).toEqual([405, 'DELETE, GET, HEAD, PATCH']);
});

const wrongShapes: [what: string, body: unknown][] = [
  ['a name that is a number', { name: 7 }],
  ['a name that is a list', { name: ['Anna'] }],
  ['a name that is an object', { name: { first: 'Anna' } }],
  ['an empty name', { name: '' }],
  ['a name of spaces', { name: '   ' }],
  ['a name of 101 characters', { name: 'x'.repeat(101) }],
  ['a name with a NUL', { name: 'a\0b' }],
  ['a name with half a surrogate pair', { name: 'a\ud800' }],
  ['a bio of 2,001 characters', { bio: 'x'.repeat(2_001) }],
  ['a bio of true', { bio: true }],
  ['a country in lower case', { country: 'at' }],
  ['a country of three letters', { country: 'AUT' }],
  ['a country with a line feed', { country: 'AT\n' }],
  ['adult as a text', { adult: 'true' }],
  ['adult as a number', { adult: 1 }],
  ['a riders_near of true', { riders_near: true }],
  ['a riders_near of null', { riders_near: null }],
  ['a riders_near of an unknown frequency', { riders_near: 'daily' }],
  ['a username that is an address', { username: 'anna@example.com' }],
  ['a username of two letters', { username: 'ab' }],
  ['a username of 31 letters', { username: 'a'.repeat(31) }],
  ['a username with a space', { username: 'anna rides' }],
  ['a username that begins with a dot', { username: '.anna' }],
  ['a username that ends with a hyphen', { username: 'anna-' }],
  ['a username with a look-alike letter', { username: 'аnna' }],
  ['a username with a line feed', { username: 'an\nna' }],
  ['a list in place of an object', []],
  ['null in place of an object', null],
  ['a text in place of an object', '"name"'],
];

test.each(wrongShapes)('an account change with %s is refused and changes nothing [J4]', async (_what, body) => {
  const rider = await createRider();
  const before = await rowOf(rider);
  const { status, json } = await rider.patch('/v1/me', body === null ? 'null' : body, {
    headers: { 'Content-Type': 'application/json' },
  });
  expect(status).toBe(422);
  expect(json.code).toMatch(/^http\.(invalid|unstorable_text)$/);
  expect(await rowOf(rider)).toEqual(before);
});

test('names and bios come back byte for byte [K10]', async () => {
  const rider = await createRider();
  for (const text of ['علي', 'à̖̗̘', '👩‍🚒🚲', '<script>alert(1)</script>', "'; drop table users; --", 'a￿', '%00']) {
    expect((await rider.patch('/v1/me', { name: text, bio: text })).json).toMatchObject({ name: text, bio: text });
    expect((await rider.get('/v1/me')).json).toMatchObject({ name: text, bio: text });
  }
});

test('a change of the account cannot reach another rider, whatever the body says [J1]', async () => {
  const [mine, theirs] = [await createRider(), await createRider()];
  const before = await rowOf(theirs);
  for (const body of [
    { id: theirs.id, name: 'Mallory' },
    { user_id: theirs.id, name: 'Mallory' },
  ]) {
    expect((await mine.patch('/v1/me', body)).status).toBe(422);
  }
  expect((await mine.patch(`/v1/me?id=${theirs.id}`, { name: 'Mallory' })).status).toBe(400);
  expect(await rowOf(theirs)).toEqual(before);
});

test('twenty simultaneous changes of an account are all answered, and one of them is stored', async () => {
  const rider = await createRider();
  const names = Array.from({ length: 20 }, (_, index) => `Name ${index}`);
  const answers = await Promise.all(names.map((name) => rider.patch('/v1/me', { name })));
  expect(answers.map(({ status, json }) => [status, json.name])).toEqual(names.map((name) => [200, name]));
  expect(names).toContain((await rider.get('/v1/me')).json.name);
});

test('a rider logs in as before after refused changes of the account', async () => {
  const rider = await createRider();
  await rider.patch('/v1/me', { name: 'Anna', password: 'x', role: 'admin' });
  expect((await logIn(rider.email, riderPassword)).status).toBe(200);
  expect((await register({ email: rider.email })).status).toBe(202);
});
