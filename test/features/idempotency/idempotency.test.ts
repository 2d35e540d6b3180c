import { env } from 'cloudflare:workers';
import { neonConfig } from '@neondatabase/serverless';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, clientWith } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, type Rider } from '../../support/factories.ts';
import { mailsTo, mailTo } from '../../support/mailer.ts';
import { otherWorker, recordTrips } from '../auth/sign-up.ts';
import { newProfile, signInAt } from '../oauth/browser.ts';
import { zoneAt } from '../privacy/zones.ts';

const newKey = () => crypto.randomUUID();
const under = (key: string, headers: Record<string, string> = {}) => ({
  headers: { 'Idempotency-Key': key, ...headers },
});
const isReplayed = ({ headers }: Answer) => headers.get('Idempotency-Replayed') === 'true';
const journeysOf = async (rider: Rider) => (await rider.get('/v1/journeys?limit=100')).json.items;
const fifty = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, make));

function expectOneAnswer(answers: readonly Answer[]): void {
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, answers[0]?.text).toBe(1);
  expect(answers[0]?.status, answers[0]?.text).toBe(201);
  expect(answers.filter(isReplayed)).toHaveLength(answers.length - 1);
}

afterEach(() => {
  neonConfig.fetchFunction = undefined;
});

describe('fifty simultaneous requests with one idempotency key [P6]', () => {
  test('fifty simultaneous creations of a journey with one key make one journey and one response', async () => {
    const rider = await createRider();
    const key = newKey();
    const answers = await fifty(() => rider.post('/v1/journeys', { name: 'Once' }, under(key)));
    expectOneAnswer(answers);
    expect(await journeysOf(rider)).toEqual([answers[0]?.json]);
  });

  test('fifty simultaneous creations of a journey with its own id and one key make one journey', async () => {
    const rider = await createRider();
    const [key, body] = [newKey(), { id: uuidv7(), name: 'Once' }];
    expectOneAnswer(await fifty(() => rider.post('/v1/journeys', body, under(key))));
  });

  test('fifty simultaneous creations of markers with one key make them once', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };
    const body = { markers: [marker, { ...marker, id: uuidv7() }] };
    const key = newKey();
    const answers = await fifty(() => rider.post(`/v1/journeys/${id}/markers/batch`, body, under(key)));
    expectOneAnswer(answers);
    const { json } = await rider.get(`/v1/journeys/${id}/markers`);
    const ids = (items: { id: string }[]) => items.map((item) => item.id).sort();
    expect(ids(json.items)).toEqual(ids(answers[0]?.json.items));
  });

  test('fifty simultaneous creations of an API key with one idempotency key make one key, and only the first answer has its token', async () => {
    const rider = await createRider();
    const key = newKey();
    const answers = await fifty(() =>
      rider.post('/v1/api-keys', { name: 'Script', scopes: ['profile:read'] }, under(key)),
    );
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
    expect((await rider.get('/v1/api-keys')).json.items).toEqual([answers.find(isReplayed)?.json]);
    const [first, ...others] = answers.filter(({ json }) => 'token' in json);
    expect([first && isReplayed(first), others]).toEqual([false, []]);
    expect((await clientWith(first?.json.token).get('/v1/me')).status).toBe(200);
  });

  test('ten simultaneous imports of a file with one key import it once', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const gpx = gpxOf(Array.from({ length: 2_000 }, (_, n) => [16 + n / 1_000, 48]));
    const key = newKey();
    const headers = under(key, { 'Content-Type': 'application/gpx+xml' });
    const path = `/v1/journeys/${id}/imports?as=plan`;
    expectOneAnswer(await Promise.all(Array.from({ length: 10 }, () => rider.post(path, gpx, headers))));
    expect((await rider.get(`/v1/journeys/${id}/route`)).json.features).toHaveLength(1);
    const other = await rider.post(path.replace('plan', 'past'), gpx, headers);
    expect([other.status, other.json.code]).toEqual([422, 'idempotency.key_reused']);
  });

  test('an API key shares the idempotency keys of its rider', async () => {
    const rider = await createRider();
    const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: ['journeys:read', 'journeys:write'] });
    const script = clientWith(json.token);
    const key = newKey();
    const answers = await fifty(() => script.post('/v1/journeys', { name: 'Once' }, under(key)));
    expectOneAnswer(answers);
    expect((await rider.post('/v1/journeys', { name: 'Once' }, under(key))).text).toBe(answers[0]?.text);
    expect(await journeysOf(rider)).toHaveLength(1);
  });
});

test('simultaneous requests with different idempotency keys do not affect each other', async () => {
  const rider = await createRider();
  const make = () => rider.post('/v1/api-keys', { name: 'Script', scopes: ['profile:read'] }, under(newKey()));
  const answers = await Promise.all(Array.from({ length: 25 }, make));
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(20).fill(201), ...Array(5).fill(409)]);
});

test('simultaneous creations of privacy zones with different idempotency keys do not wait for each other', async () => {
  const rider = await createRider();
  const create = (_: unknown, index: number) =>
    rider.post('/v1/me/privacy-zones', zoneAt([10 + index, 47]), under(newKey()));
  const answers = await Promise.all(Array.from({ length: 6 }, create));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
});

test('an idempotency key in quotes equals the same key without quotes and escapes', async () => {
  const rider = await createRider();
  const key = newKey();
  const spellings = [`${key}\\back`, `"${key}\\\\back"`];
  const answers: Answer[] = [];
  for (const spelling of spellings) answers.push(await rider.post('/v1/journeys', { name: 'Once' }, under(spelling)));
  expectOneAnswer(answers);
});

describe('lost replies [P7]', () => {
  /** The database does what it is told, and its answer to what creates never comes back. */
  function loseReplies(): void {
    neonConfig.fetchFunction = async (input: string, init: RequestInit) => {
      const response = await fetch(input, init);
      if (!String(init.body).includes('insert into \\"idempotency_keys\\"')) return response;
      throw new TypeError('Network connection lost.');
    };
  }

  test.each([
    ['/v1/journeys', { name: 'Once' }],
    ['/v1/api-keys', { name: 'Script', scopes: ['profile:read'] }],
  ])(
    'a POST to %s whose reply was lost is answered when sent again and has one effect',
    async (path: string, body: unknown) => {
      const rider = await createRider();
      const key = newKey();
      loseReplies();
      expect((await rider.post(path, body, under(key))).status).toBe(503);
      neonConfig.fetchFunction = undefined;

      const again = await rider.post(path, body, under(key));
      expect([again.status, isReplayed(again)], again.text).toEqual([201, true]);
      const { items } = (await rider.get(path)).json;
      expect(items.map((item: { id: string }) => item.id)).toEqual([again.json.id]);
      expect((await rider.post(path, body, under(key))).text).toBe(again.text);
    },
  );
});

describe('idempotency keys of different riders', () => {
  test('two riders can use the same key independently, and it reveals nothing [I27]', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const key = newKey();
    const hers = await anna.post('/v1/journeys', { name: 'Mine' }, under(key));
    const his = await ben.post('/v1/journeys', { name: 'Mine' }, under(key));
    expect([his.status, isReplayed(his)]).toEqual([201, false]);
    expect(his.json.owner_id).toBe(ben.id);
    expect(his.json.id).not.toBe(hers.json.id);
    const other = await ben.post('/v1/journeys', { name: 'Another' }, under(key));
    expect(other.json.code).toBe('idempotency.key_reused');
    const rows = await sql`select distinct key_hash from idempotency_keys where user_id = any(${[anna.id, ben.id]})`;
    expect(rows).toHaveLength(2);
  });

  test("another rider's key on their journey answers 404 like any unknown id [I27]", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const { id } = await createJourney(anna);
    const key = newKey();
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };
    await anna.post(`/v1/journeys/${id}/markers`, marker, under(key));
    expect((await ben.post(`/v1/journeys/${id}/markers`, marker, under(key))).status).toBe(404);
  });

  test('a replay is refused to a revoked session and to an API key without the scope', async () => {
    const rider = await createRider();
    const key = newKey();
    await rider.post('/v1/journeys', { name: 'Once' }, under(key));
    const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: ['journeys:read'] });
    const reader = await clientWith(json.token).post('/v1/journeys', { name: 'Once' }, under(key));
    expect([reader.status, reader.json.code]).toEqual([403, 'auth.scope_missing']);
    await sql`update sessions set revoked_at = ${new Date().toISOString()} where id = ${rider.sessionId}`;
    const late = await rider.post('/v1/journeys', { name: 'Once' }, under(key));
    expect([late.status, late.json.code]).toEqual([401, 'auth.invalid_token']);
  });
});

describe('replayed requests', () => {
  test('a replay answers with the resource as it is now, and with 409 once it is deleted', async () => {
    const rider = await createRider();
    const key = newKey();
    const first = await rider.post('/v1/journeys', { name: 'First' }, under(key));
    const path = `/v1/journeys/${first.json.id}`;
    const changed = await rider.patch(path, { name: 'Changed' });
    const again = await rider.post('/v1/journeys', { name: 'First' }, under(key));
    expect([again.status, again.text, again.headers.get('ETag')]).toEqual([201, changed.text, '"2"']);
    await rider.delete(path);
    const gone = await rider.post('/v1/journeys', { name: 'First' }, under(key));
    expect([gone.status, gone.json.code, isReplayed(gone)]).toEqual([409, 'idempotency.answer_unavailable', false]);
    expect(gone.text).not.toContain(first.json.id);
    expect(await journeysOf(rider)).toEqual([]);
  });

  test('a replay of a batch answers with all markers in their order, and with 409 once one of them is deleted', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const path = `/v1/journeys/${id}/markers`;
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };
    const body = { markers: ['c', 'a', 'b'].map((name) => ({ ...marker, name })) };
    const key = newKey();
    const first = await rider.post(`${path}/batch`, body, under(key));
    expect((await rider.post(`${path}/batch`, body, under(key))).text).toBe(first.text);
    await rider.delete(`${path}/${first.json.items[1].id}`);
    expect((await rider.post(`${path}/batch`, body, under(key))).json.code).toBe('idempotency.answer_unavailable');
    expect((await rider.get(path)).json.items).toHaveLength(2);
  });

  test('a replay of 120 markers tells no position once their journey is deleted', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.25, 48.75] } };
    const body = { markers: Array.from({ length: 120 }, () => marker) };
    const key = newKey();
    const create = () => rider.post(`/v1/journeys/${id}/markers/batch`, body, under(key));
    expect((await create()).status).toBe(201);
    await rider.delete(`/v1/journeys/${id}`);
    const again = await create();
    expect([again.status, again.json.code]).toEqual([409, 'idempotency.answer_unavailable']);
    expect(again.text).not.toMatch(/16\.25|48\.75|Camp/);
  });

  test('a replay of an import answers with its receipt, as long as the journey exists', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const gpx = gpxOf([
      [16, 48],
      [16.1, 48],
    ]);
    const key = newKey();
    const importAgain = () =>
      rider.post(`/v1/journeys/${id}/imports?as=plan`, gpx, under(key, { 'Content-Type': 'application/gpx+xml' }));
    const first = await importAgain();
    expect([(await importAgain()).text, first.status]).toEqual([first.text, 201]);
    expect(await sql`select id from imports where journey_id = ${id}`).toEqual([{ id: first.json.id }]);
    await rider.delete(`/v1/journeys/${id}`);
    expect((await importAgain()).json.code).toBe('idempotency.answer_unavailable');
    expect(await sql`select from imports where journey_id = ${id}`).toEqual([]);
  });

  test('a replay answers a credential that may create but not read, as the first answer did', async () => {
    const rider = await createRider();
    const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: ['journeys:write'] });
    const script = clientWith(json.token);
    const key = newKey();
    const first = await script.post('/v1/journeys', { name: 'Once' }, under(key));
    const again = await script.post('/v1/journeys', { name: 'Once' }, under(key));
    expect([again.text, isReplayed(again)]).toEqual([first.text, true]);
    expect((await script.get(`/v1/journeys/${first.json.id}`)).status).toBe(403);
  });

  test('a request with a key for an id created earlier without one answers with the existing row', async () => {
    const rider = await createRider();
    const [id, marker_id, key] = [uuidv7(), uuidv7(), newKey()];
    await rider.post('/v1/journeys', { id, name: 'First' });
    const { json } = await rider.patch(`/v1/journeys/${id}`, { name: 'Changed' });
    for (const _ of [1, 2]) {
      const again = await rider.post('/v1/journeys', { id, name: 'First' }, under(key));
      expect([again.status, again.json]).toEqual([201, json]);
    }
    const path = `/v1/journeys/${id}/markers`;
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };
    await rider.post(path, { ...marker, id: marker_id });
    const { json: changed } = await rider.patch(`${path}/${marker_id}`, { name: 'Changed' });
    const both = { markers: [marker, { ...marker, id: marker_id }] };
    const first = await rider.post(`${path}/batch`, both, under(newKey()));
    expect(first.json.items[1]).toEqual(changed);
    expect((await rider.get(path)).json.items).toHaveLength(2);
  });

  test('a creation with a key answers byte for byte what a later read answers', async () => {
    const rider = await createRider();
    const fields = { name: ' é 🚲 ', description: 'a\nb', starts_on: '2028-02-29', daily_distance_m: 87_654.321 };
    const journey = await rider.post('/v1/journeys', fields, under(newKey()));
    expect((await rider.get(`/v1/journeys/${journey.json.id}`)).text).toBe(journey.text);
    const path = `/v1/journeys/${journey.json.id}/markers`;
    for (const coordinates of [
      [-0.00000001, 89.123456789],
      [179.99999996, -0],
      [16.37380005, 48.20820004],
    ]) {
      const marker = {
        name: 'Camp',
        marker_type: 'past',
        coordinates: { type: 'Point', coordinates },
        timestamp: '2026-06-12T08:30:00.123456+02:00',
      };
      const { json, text } = await rider.post(path, marker, under(newKey()));
      expect((await rider.get(`${path}/${json.id}`)).text).toBe(text);
    }
    const { json: key } = await rider.post(
      '/v1/api-keys',
      { name: 'Script', scopes: ['profile:read', 'journeys:read'], expires_at: '2199-01-01T01:00:00.1239+01:00' },
      under(newKey()),
    );
    const { token, ...shown } = key;
    expect((await rider.get('/v1/api-keys')).json.items).toEqual([shown]);
  });

  test('a refused request is not stored, so it can be corrected under the same key', async () => {
    const rider = await createRider();
    const key = newKey();
    const path = `/v1/journeys/${uuidv7()}/markers`;
    const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16, 48] } };
    expect((await rider.post(path, marker, under(key))).status).toBe(404);
    expect((await rider.post('/v1/journeys', { name: '' }, under(key))).status).toBe(422);
    const taken = await createJourney(await createRider());
    expect((await rider.post('/v1/journeys', { id: taken.id, name: 'Mine' }, under(key))).status).toBe(409);
    const mended = await rider.post('/v1/journeys', { name: 'Mended' }, under(key));
    expect([mended.status, isReplayed(mended)], mended.text).toEqual([201, false]);
    const [row] = await sql`select count(*)::int as kept from idempotency_keys where user_id = ${rider.id}`;
    expect(row?.kept).toBe(1);
  });

  test('a replay is answered even where a new request would exceed the limit', async () => {
    const rider = await createRider();
    const body = { name: 'Script', scopes: ['profile:read'] };
    for (let made = 0; made < 19; made += 1) await rider.post('/v1/api-keys', body);
    const key = newKey();
    const last = await rider.post('/v1/api-keys', body, under(key));
    expect((await rider.post('/v1/api-keys', body)).json.code).toBe('keys.too_many');
    expect({ ...last.json, ...(await rider.post('/v1/api-keys', body, under(key))).json }).toEqual(last.json);
  });

  test('a replay of a sensitive call needs no recent login', async () => {
    const rider = await createRider();
    const [key, body] = [newKey(), { name: 'Script', scopes: ['profile:read'] }];
    const first = await rider.post('/v1/api-keys', body, under(key));
    const then = new Date(Date.now() - 11 * 60_000).toISOString();
    await sql`update sessions set authenticated_at = ${then} where id = ${rider.sessionId}`;
    expect((await rider.post('/v1/api-keys', body)).json.code).toBe('auth.reauthentication_required');
    const again = await rider.post('/v1/api-keys', body, under(key));
    expect([again.status, again.json]).toEqual([201, { ...first.json, token: undefined }]);
  });

  test('a replayed linking of a provider ends no session and sends one mail', async () => {
    const rider = await createRider();
    const { code, verifier } = await signInAt('google', newProfile());
    const link = (key: string) => rider.post('/v1/me/identities', { code, code_verifier: verifier }, under(key));
    const key = newKey();
    const first = await link(key);
    expect(first.status, first.text).toBe(201);
    const again = await link(key);
    expect([again.text, isReplayed(again)]).toEqual([first.text, true]);
    expect((await link(newKey())).json.code).toBe('signin.invalid_code');
    expect((await rider.get('/v1/me/identities')).json.items).toEqual([first.json]);
    await mailTo(rider.email);
    expect(await mailsTo(rider.email)).toHaveLength(1);
  });
});

describe('stored idempotency keys', () => {
  test('neither the idempotency key nor the content of the response can be read in the table', async () => {
    const rider = await createRider();
    const key = newKey();
    const { json } = await rider.post('/v1/api-keys', { name: 'Canary name', scopes: ['profile:read'] }, under(key));
    const [row] = await sql`
      select k::text || encode(key_hash, 'escape') || encode(request_hash, 'escape') as dump, operation, resource_ids, status
      from idempotency_keys k where user_id = ${rider.id}`;
    for (const secret of [key, json.token, json.token.slice(17), 'Canary name', json.prefix])
      expect(row?.dump).not.toContain(secret);
    expect(row).toMatchObject({ operation: 'createApiKey', resource_ids: [json.id], status: 201 });
  });

  test('no rotation of the token secret is in a repeat’s way', async () => {
    const rider = await createRider();
    const [key, body] = [newKey(), { name: 'Once' }];
    const first = await rider.post('/v1/journeys', body, under(key));
    const secret = 'a newer secret than the one of the first call';
    const options = { token: rider.token, body, ...under(key) };
    const rotated = await otherWorker({ TOKEN_SECRET: `${secret},${env.TOKEN_SECRET}` }).call(
      'POST',
      '/v1/journeys',
      options,
    );
    expect(rotated.text).toBe(first.text);
    const gone = await otherWorker({ TOKEN_SECRET: secret }).call('POST', '/v1/journeys', options);
    expect([gone.status, gone.text]).toEqual([201, first.text]);
    expect(await journeysOf(rider)).toHaveLength(1);
  });

  test('an idempotency key is deleted after 30 days and not before [Q7]', async () => {
    const rider = await createRider();
    const [old, young] = [newKey(), newKey()];
    const first = await rider.post('/v1/journeys', { name: 'Once' }, under(old));
    const second = await rider.post('/v1/journeys', { name: 'Once' }, under(young));
    const aged = (days: number, which: number) => sql`
      update idempotency_keys set created_at = ${new Date(Date.now() - days * 86_400_000).toISOString()}
      where user_id = ${rider.id} and key_hash = (
        select key_hash from idempotency_keys where user_id = ${rider.id} order by created_at limit 1 offset ${which})`;
    await aged(29.9, 1);
    await aged(30.1, 1);
    await otherWorker({}).cron('7 * * * *');
    expect((await rider.post('/v1/journeys', { name: 'Once' }, under(old))).json.id).not.toBe(first.json.id);
    expect((await rider.post('/v1/journeys', { name: 'Once' }, under(young))).json.id).toBe(second.json.id);
  });
});

describe('round trips of idempotency keys', () => {
  const create = (rider: Rider, body: unknown, key: string) => () => rider.post('/v1/journeys', body, under(key));

  test('an idempotency key costs no round trip at first and one for a replay', async () => {
    const rider = await createRider();
    const key = newKey();
    expect(await recordTrips(create(rider, { name: 'Once' }, key))).toHaveLength(1);
    expect(await recordTrips(create(rider, { name: 'Once' }, key))).toHaveLength(2);
    const own = { id: uuidv7(), name: 'Once' };
    expect(await recordTrips(create(rider, own, newKey()))).toHaveLength(1);
  });
});

test('an idempotency key is ignored on calls that create nothing', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  for (const key of ['"', 'same', 'same'])
    expect((await rider.patch(`/v1/journeys/${id}`, { name: key }, under(key))).json.name).toBe(key);
  expect((await rider.get('/v1/me', under(''))).status).toBe(200);
});

test('a browser of a listed origin may send an idempotency key and read whether it was replayed', async () => {
  const origin = 'https://app.kairos.test';
  const rider = await createRider();
  const { headers } = await rider.post('/v1/journeys', { name: 'Once' }, under(newKey(), { Origin: origin }));
  expect(headers.get('Access-Control-Expose-Headers')).toContain('Idempotency-Replayed');
  expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
});
