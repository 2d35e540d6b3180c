import { neonConfig } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import { type Client, clientWith } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';

const readOnly = ['journeys:read', 'profile:read'];

async function createKey(rider: Rider, fields: Record<string, unknown> = {}) {
  const { status, json, text } = await rider.post('/v1/api-keys', { name: 'Script', scopes: readOnly, ...fields });
  if (status !== 201) throw new Error(text);
  return json as { id: string; token: string; prefix: string };
}

const statusesOf = async (client: Client) => [
  (await client.get('/v1/me')).status,
  (await client.post('/v1/journeys', { name: 'By key' })).status,
];

test('an API key that is deleted during a write writes nothing', async () => {
  const rider = await createRider();
  const { id, token } = await createKey(rider, { scopes: ['journeys:read', 'journeys:write'] });
  neonConfig.fetchFunction = async (input: string, init: RequestInit) => {
    neonConfig.fetchFunction = undefined;
    const lookedUp = await fetch(input, init);
    await sql`delete from api_keys where id = ${id}`;
    return lookedUp;
  };
  expect((await clientWith(token).post('/v1/journeys', { name: 'By key' })).status).toBe(401);
  expect((await rider.get('/v1/journeys')).json.items).toEqual([]);
});

describe('API keys', () => {
  test('an API key is shown once, and the list has its prefix, name, scopes and times but no secret [H1]', async () => {
    const rider = await createRider();
    const key = await createKey(rider, { expires_at: '2199-01-01T00:00:00Z' });
    expect(key.token).toMatch(/^kai_[0-9a-f]{12}_[0-9a-f]{72}$/);
    const { json, text } = await rider.get('/v1/api-keys');
    expect(json.items).toMatchObject([
      { id: key.id, name: 'Script', prefix: key.prefix, scopes: readOnly, is_active: true, last_used_at: null },
    ]);
    expect(text).not.toContain(key.token.slice(17));
    const [row] = await sql`select k::text as text from api_keys k where id = ${key.id}`;
    expect(row?.text).not.toContain(key.token.slice(17, 81));
  });

  test('an API key does only what its scopes allow and cannot touch the account [H4]', async () => {
    const rider = await createRider();
    const script = clientWith((await createKey(rider)).token);
    expect(await statusesOf(script)).toEqual([200, 403]);
    const forbidden = [
      script.get('/v1/api-keys'),
      script.post('/v1/api-keys', { name: 'More', scopes: readOnly }),
      script.get('/v1/auth/sessions'),
      script.delete('/v1/auth/sessions'),
      script.post('/v1/auth/password/change', { current_password: 'x', new_password: 'y' }),
      script.post('/v1/auth/reauthenticate', { password: 'x' }),
      script.get('/v1/me/audit'),
      script.delete('/v1/me'),
    ];
    for (const { status, json } of await Promise.all(forbidden))
      expect([status, json.code]).toEqual([403, 'auth.scope_missing']);
    const writer = clientWith((await createKey(rider, { scopes: ['journeys:write'] })).token);
    expect(await statusesOf(writer)).toEqual([403, 201]);
  });

  test('an API key cannot be created with account scopes [H4]', async () => {
    const rider = await createRider();
    for (const scopes of [['account:manage'], [], ['all'], 'journeys:read'])
      expect((await rider.post('/v1/api-keys', { name: 'Script', scopes })).status).toBe(422);
  });

  test('an API key that is disabled, expired or deleted, or whose rider is disabled, is refused at once [H5]', async () => {
    setTime(new Date());
    const rider = await createRider();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const [off, gone, old, last] = [
      await createKey(rider),
      await createKey(rider),
      await createKey(rider, { expires_at }),
      await createKey(rider),
    ];
    await rider.patch(`/v1/api-keys/${off.id}`, { is_active: false });
    await rider.delete(`/v1/api-keys/${gone.id}`);
    for (const { token } of [off, gone]) expect(await statusesOf(clientWith(token))).toEqual([401, 401]);
    await rider.patch(`/v1/api-keys/${off.id}`, { is_active: true });
    expect(await statusesOf(clientWith(off.token))).toEqual([200, 403]);
    expect(await statusesOf(clientWith(old.token))).toEqual([200, 403]);
    advance(2, 'hours');
    expect(await statusesOf(clientWith(old.token))).toEqual([401, 401]);
    await sql`update users set disabled_at = now() where id = ${rider.id}`;
    expect(await statusesOf(clientWith(last.token))).toEqual([401, 401]);
  });

  test('an API key with a typo, another secret or another prefix is refused [H2]', async () => {
    const rider = await createRider();
    const [{ token }, other] = [await createKey(rider), await createKey(rider)];
    const wrong = [
      `${token.slice(0, -1)}x`,
      token.slice(0, -8),
      `${token}0`,
      token.toUpperCase(),
      `${other.token.slice(0, 17)}${token.slice(17)}`,
      'kai_',
      'kai_x_y',
    ];
    for (const each of wrong) expect((await clientWith(each).get('/v1/me')).status).toBe(401);
  });

  test("an API key belongs to its creator, and another rider's key equals an unknown one [H3, I21]", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const { id } = await createKey(anna);
    expect((await ben.post('/v1/api-keys', { name: 'x', scopes: readOnly, user_id: anna.id })).status).toBe(422);
    for (const [foreign, unknown] of [
      [
        await ben.patch(`/v1/api-keys/${id}`, { name: 'Mine' }),
        await ben.patch(`/v1/api-keys/${crypto.randomUUID()}`, { name: 'Mine' }),
      ],
      [await ben.delete(`/v1/api-keys/${id}`), await ben.delete(`/v1/api-keys/${crypto.randomUUID()}`)],
    ] as const) {
      expect(foreign.status).toBe(404);
      expect({ ...foreign.json, request_id: '' }).toEqual({ ...unknown.json, request_id: '' });
    }
    expect((await anna.get('/v1/api-keys')).json.items).toHaveLength(1);
  });

  test('a rider has at most twenty API keys, even when they are created simultaneously [H7, S13]', {
    timeout: 60_000,
  }, async () => {
    const rider = await createRider();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => rider.post('/v1/api-keys', { name: 'x', scopes: readOnly })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ json }) => json.code === 'keys.too_many')).toHaveLength(10);
  });

  test('creating and changing API keys need a recent login, but deleting them does not', async () => {
    setTime(new Date());
    const rider = await createRider();
    const { id } = await createKey(rider);
    advance(11, 'minutes');
    expect((await rider.post('/v1/api-keys', { name: 'x', scopes: readOnly })).json.code).toBe(
      'auth.reauthentication_required',
    );
    expect((await rider.patch(`/v1/api-keys/${id}`, { name: 'x' })).json.code).toBe('auth.reauthentication_required');
    expect((await rider.delete(`/v1/api-keys/${id}`)).status).toBe(204);
  });

  test('the last use of an API key is recorded at most once a minute', async () => {
    setTime(new Date());
    const rider = await createRider();
    const key = await createKey(rider);
    const use = () => clientWith(key.token).get('/v1/me');
    const lastUse = async () => (await rider.get('/v1/api-keys')).json.items[0].last_used_at;
    await use();
    await expect.poll(lastUse, { timeout: 30_000 }).not.toBeNull();
    const first = Date.parse(await lastUse());
    advance(59, 'seconds');
    await use();
    advance(2, 'seconds');
    await use();
    await expect.poll(async () => Date.parse(await lastUse()) - first, { timeout: 30_000 }).toBe(61_000);
  });

  test('an API key in the query is refused [H6]', async () => {
    const { token } = await createKey(await createRider());
    expect((await clientWith(undefined).get(`/v1/me?access_token=${token}`)).status).toBe(401);
  });
});
