import { expect, test } from 'vitest';
import { requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { createRider, riderPassword } from '../../support/factories.ts';

const firefox = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const logIn = (username: string, userAgent = firefox) =>
  requestToken({ grant_type: 'password', username, password: riderPassword }, { headers: { 'User-Agent': userAgent } });

test('the list of sessions shows each device with its times and marks the current one, without secrets [C11]', async () => {
  const rider = await createRider();
  const { json: tokens } = await logIn(rider.email);
  const { status, json, text } = await rider.get('/v1/auth/sessions', { token: tokens.access_token });
  expect(status, text).toBe(200);
  expect(json.items).toHaveLength(2);
  expect(json.items[0]).toMatchObject({ device: 'Firefox on Android', is_current: true });
  expect(json.items[1]).toMatchObject({ id: rider.sessionId, is_current: false });
  expect(Object.keys(json.items[0]).sort()).toEqual([
    'created_at',
    'device',
    'id',
    'is_current',
    'last_used_at',
    'place',
  ]);
});

test("a rider ends one session at once, and another rider's session equals an unknown one [C12, I20]", async () => {
  const [anna, ben] = [await createRider(), await createRider()];
  const { json: tokens } = await logIn(anna.email);
  const { json } = await anna.get('/v1/auth/sessions', { token: tokens.access_token });
  const id = json.items.find((session: { is_current: boolean }) => session.is_current).id;

  const foreign = await ben.delete(`/v1/auth/sessions/${id}`);
  const unknown = await ben.delete(`/v1/auth/sessions/${crypto.randomUUID()}`);
  expect(foreign.status).toBe(404);
  expect({ ...foreign.json, request_id: '' }).toEqual({ ...unknown.json, request_id: '' });
  expect((await anna.get('/v1/me', { token: tokens.access_token })).status).toBe(200);

  expect((await anna.delete(`/v1/auth/sessions/${id}`)).status).toBe(204);
  expect((await anna.get('/v1/me', { token: tokens.access_token })).status).toBe(401);
  expect((await requestToken({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).status).toBe(400);
  expect((await anna.delete(`/v1/auth/sessions/${id}`)).status).toBe(404);
});

test('a rider can end all sessions but the current one [C12]', async () => {
  const rider = await createRider();
  const others = [await logIn(rider.email), await logIn(rider.email)];
  expect((await rider.delete('/v1/auth/sessions')).status).toBe(204);
  for (const { json } of others) expect((await rider.get('/v1/me', { token: json.access_token })).status).toBe(401);
  expect((await rider.get('/v1/auth/sessions')).json.items).toHaveLength(1);
});

test('a rider has at most fifty sessions, and a further login ends the least recently used one [C16]', {
  timeout: 120_000,
}, async () => {
  setTime(new Date());
  const rider = await createRider();
  const first = (await logIn(rider.email)).json;
  for (let n = 0; n < 50; n += 1) {
    advance(1, 'seconds');
    await logIn(rider.email);
  }
  const { json } = await logIn(rider.email);
  expect((await rider.get('/v1/auth/sessions', { token: json.access_token })).json.items).toHaveLength(50);
  expect((await rider.get('/v1/me', { token: first.access_token })).status).toBe(401);
});
