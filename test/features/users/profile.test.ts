import { expect, test } from 'vitest';
import { anonymous, call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { comparableParts } from '../auth/sign-up.ts';

test("a profile shows another rider's name, country and bio, but no address, username, role or hash [T1]", async () => {
  const [mine, theirs] = [
    await createRider(),
    await createRider({ name: 'Berta', username: `u${crypto.randomUUID().slice(0, 12)}` }),
  ];
  await theirs.patch('/v1/me', { country: 'SI', bio: 'Soča, up and down.' });
  const { status, json, text } = await mine.get(`/v1/users/${theirs.id}`);
  expect(status).toBe(200);
  expect(json).toEqual({ id: theirs.id, name: 'Berta', country: 'SI', bio: 'Soča, up and down.' });
  expect(text).not.toContain('@');
});

test("a rider's own profile by id shows only what others see [T1]", async () => {
  const rider = await createRider();
  expect(Object.keys((await rider.get(`/v1/users/${rider.id}`)).json).sort()).toEqual(['bio', 'country', 'id', 'name']);
});

test.each([
  ['has not said that they are an adult', { adult: false }, ''],
  ['is a guest', {}, 'guest'],
] as const)('the profile of a rider who %s equals that of an unknown rider [I33]', async (_what, options, role) => {
  const [rider, viewer] = [await createRider(options), await createRider()];
  if (role) await sql`update users set role = ${role} where id = ${rider.id}`;
  const [theirs, none] = [
    await viewer.get(`/v1/users/${rider.id}`),
    await viewer.get(`/v1/users/${crypto.randomUUID()}`),
  ];
  expect([theirs.status, theirs.json.code]).toEqual([404, none.json.code]);
});

test('the profile of a disabled rider equals that of an unknown rider [T25, I33]', async () => {
  const [mine, disabled] = [await createRider(), await createRider()];
  await sql`update users set disabled_at = now() where id = ${disabled.id}`;
  const [gone, unknown] = [
    await mine.get(`/v1/users/${disabled.id}`),
    await mine.get(`/v1/users/${crypto.randomUUID()}`),
  ];
  expect([unknown.status, unknown.json.code]).toEqual([404, 'users.not_found']);
  expect(comparableParts(gone)).toEqual(comparableParts(unknown));
});

test.each([
  'x',
  '1',
  'me',
  '-1',
  'null',
  'undefined',
  '[object Object]',
  "' or 1=1 --",
  '../../etc/passwd',
  '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5',
  '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5bc',
  '{0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b}',
  '0193a1b23c4d7e5f8a9b0c1d2e3f4a5b',
  '💥',
  'x'.repeat(2_000),
])('the malformed rider id %j is refused without an internal error [T24]', async (id) => {
  const { status, json } = await (await createRider()).get(`/v1/users/${encodeURIComponent(id)}`);
  expect([status, json.code]).toEqual([422, 'http.invalid']);
});

test('a rider id with a NUL is refused [T24]', async () => {
  expect((await (await createRider()).get('/v1/users/%00')).status).toBe(400);
});

test('a rider id in capitals is the same id', async () => {
  const rider = await createRider();
  expect((await rider.get(`/v1/users/${rider.id.toUpperCase()}`)).json.id).toBe(rider.id);
});

test.each(['PUT', 'PATCH', 'POST', 'DELETE'])(
  '%s on a rider by id is refused, even for the rider [T2, T3, I19]',
  async (method) => {
    const [mine, theirs] = [await createRider(), await createRider()];
    for (const { id } of [mine, theirs]) {
      const body = method === 'DELETE' ? undefined : { is_verified: true, email: 'x@example.com', password: 'x' };
      const { status, headers } = await call(method, `/v1/users/${id}`, { token: mine.token, body });
      expect([status, headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await theirs.get('/v1/me')).status).toBe(200);
  },
);

test('a profile request without a credential does not reveal whether the rider exists', async () => {
  const { id } = await createRider();
  const [there, nowhere] = [
    await anonymous().get(`/v1/users/${id}`),
    await anonymous().get(`/v1/users/${crypto.randomUUID()}`),
  ];
  expect(there.status).toBe(401);
  expect(comparableParts(there)).toEqual(comparableParts(nowhere));
  expect(comparableParts(await anonymous().get('/v1/users/x'))).toEqual(comparableParts(there));
  expect((await anonymous().get('/v1/me')).status).toBe(401);
});
