import { expect, test } from 'vitest';
import { anonymous, call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { sameness } from '../auth/identity.ts';

test('T1: another rider’s profile is a name, a country and a bio: no address, no username, no role, no hash', async () => {
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

test('T1: my own profile, by its id, shows others no more of me than theirs shows me', async () => {
  const rider = await createRider();
  expect(Object.keys((await rider.get(`/v1/users/${rider.id}`)).json).sort()).toEqual(['bio', 'country', 'id', 'name']);
});

test('T25, I33: a rider who is not there and one who is disabled are Equal', async () => {
  const [mine, disabled] = [await createRider(), await createRider()];
  await sql`update users set disabled_at = now() where id = ${disabled.id}`;
  const [gone, nobody] = [
    await mine.get(`/v1/users/${disabled.id}`),
    await mine.get(`/v1/users/${crypto.randomUUID()}`),
  ];
  expect([nobody.status, nobody.json.code]).toEqual([404, 'users.not_found']);
  expect(sameness(gone)).toEqual(sameness(nobody));
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
])('T24: the malformed id %j is refused, never a bug of ours', async (id) => {
  const { status, json } = await (await createRider()).get(`/v1/users/${encodeURIComponent(id)}`);
  expect([status, json.code]).toEqual([422, 'http.invalid']);
});

test('T24: a NUL in an id is refused', async () => {
  expect((await (await createRider()).get('/v1/users/%00')).status).toBe(400);
});

test('an id in capitals is the same id', async () => {
  const rider = await createRider();
  expect((await rider.get(`/v1/users/${rider.id.toUpperCase()}`)).json.id).toBe(rider.id);
});

test.each(['PUT', 'PATCH', 'POST', 'DELETE'])(
  'T2, T3, I19: nobody can %s a rider by id, not even the rider',
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

test('without a credential there is no profile, and no word on whether there is one', async () => {
  const { id } = await createRider();
  const [there, nowhere] = [
    await anonymous().get(`/v1/users/${id}`),
    await anonymous().get(`/v1/users/${crypto.randomUUID()}`),
  ];
  expect(there.status).toBe(401);
  expect(sameness(there)).toEqual(sameness(nowhere));
  expect(sameness(await anonymous().get('/v1/users/x'))).toEqual(sameness(there));
  expect((await anonymous().get('/v1/me')).status).toBe(401);
});
