import { beforeAll, describe, expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { pathOf, readAll, sendText, stateOf } from './journeys.ts';

const acceptable: [field: string, values: unknown[]][] = [
  ['name', ['N', 'n'.repeat(200), '🚲'.repeat(200), "'; drop table journeys; --", '<script>alert(1)</script>', '%_\\']],
  ['description', ['', ' ', 'd'.repeat(10_000), '🚲'.repeat(10_000)]],
  ['visibility', ['private', 'discoverable', 'public']],
  ['starts_on', ['1970-01-01', '2028-02-29', '2199-12-31', null]],
  ['daily_distance_m', [1_000, 95_000.5, 1_000_000, null]],
];

const unacceptable: [field: string, values: unknown[]][] = [
  ['name', ['', '   ', '\t\n', 'n'.repeat(201), '🚲'.repeat(201), null, 7, true, ['N'], { name: 'N' }]],
  ['description', ['d'.repeat(10_001), null, 7, false, ['d'], {}]],
  ['visibility', ['secret', 'Public', '', ' public', null, 1, ['public'], {}]],
  ['starts_on', ['0000-01-01', '1969-12-31', '2200-01-01', '9999-12-31', '+275760-09-13', '-000001-01-01']],
  ['starts_on', ['2026-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-6-1', '20260601']],
  ['starts_on', ['2026-06-01T00:00:00Z', '12.06.2026', 'tomorrow', '', ' 2026-06-01', 0, 20_260_601, true, [], {}]],
  ['daily_distance_m', [999.999, 1_000_000.1, 0, -1, -95_000, 1e300, '95000', '', true, [95_000], {}]],
];

const one = (table: typeof acceptable) => table.flatMap(([field, values]) => values.map((value) => ({ field, value })));

/** Lengths are in characters (code points), as JSON Schema counts them. */
describe('journey fields [K9, K10]', () => {
  /** Shared by the tests in which nothing of it may change. */
  let rider: Rider;
  let id: string;
  beforeAll(async () => {
    rider = await createRider();
    ({ id } = await createJourney(rider));
  });

  test.each(one(acceptable))('$field of a journey may be $value', async ({ field, value }) => {
    const owner = await createRider();
    const created = await owner.post('/v1/journeys', { name: 'Kept', [field]: value });
    expect(created.status, created.text).toBe(201);
    expect(created.json[field]).toEqual(value);
    const journey = await createJourney(owner);
    const changed = await owner.patch(pathOf(journey.id), { [field]: value });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json[field]).toEqual(value);
  });

  test.each(one(unacceptable))('$field of a journey may not be $value [J4]', async ({ field, value }) => {
    const before = await stateOf(id);
    for (const answer of [
      await rider.post('/v1/journeys', { name: 'Refused', [field]: value }),
      await rider.patch(pathOf(id), { [field]: value }),
    ]) {
      expect(answer.status, answer.text).toBe(422);
      expect(answer.json.code).toBe('http.invalid');
      expect(new Set(answer.json.errors.map(({ path }: { path: string }) => path))).toEqual(new Set([field]));
    }
    expect(await stateOf(id)).toEqual(before);
    expect(await readAll(rider)).toHaveLength(1);
  });

  test.each([
    ['a number too large for a double [K6]', '{"name":"N","daily_distance_m":1e400}', 'daily_distance_m'],
    ['a NUL character [K3]', '{"name":"a\\u0000b"}', 'name'],
    ['half a surrogate pair [K4]', '{"name":"N","description":"\\ud83d"}', 'description'],
  ])('a journey with %s is refused', async (_, body, path) => {
    for (const [method, to] of [
      ['POST', '/v1/journeys'],
      ['PATCH', pathOf(id)],
    ] as const) {
      expect(await sendText(rider, method, to, body)).toMatchObject({ status: 422, json: { errors: [{ path }] } });
    }
    expect(await readAll(rider)).toHaveLength(1);
  });
});

const notTheirs = [
  'user_id',
  'owner_id',
  'status',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
  'role',
  'quota',
];

describe('fields that only the server sets [J1, T6, I5]', () => {
  test.each([...notTheirs, 'is_verified', 'ownerId', 'startsOn', '__proto__', 'constructor', 'prototype'])(
    'a journey with the field %s is refused',
    async (field) => {
      const [rider, other] = [await createRider(), await createRider()];
      const { id } = await createJourney(rider);
      const before = await stateOf(id);
      const refused = { status: 422, json: { errors: [{ path: field, message: 'Unknown field.' }] } };
      const extra = `"${field}":"${other.id}"`;
      expect(await sendText(rider, 'POST', '/v1/journeys', `{"name":"N",${extra}}`)).toMatchObject(refused);
      expect(await sendText(rider, 'PATCH', pathOf(id), `{${extra}}`)).toMatchObject(refused);
      expect(await stateOf(id)).toEqual(before);
      expect([await readAll(rider), await readAll(other)]).toEqual([[expect.objectContaining({ id })], []]);
    },
  );

  test('the id of a journey cannot be changed', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const refused = { status: 422, json: { errors: [{ path: 'id' }] } };
    expect(await rider.patch(pathOf(id), { id: crypto.randomUUID() })).toMatchObject(refused);
  });
});

describe('changes of a journey', () => {
  const full = {
    name: 'Danube',
    description: 'Downstream',
    visibility: 'discoverable',
    starts_on: '2027-06-01',
    daily_distance_m: 90_000,
  };

  test.each([
    [{}, {}],
    [{ name: 'Rhine' }, { name: 'Rhine' }],
    [{ description: '' }, { description: '' }],
    [{ visibility: 'public' }, { visibility: 'public' }],
    [{ starts_on: null }, { starts_on: null }],
    [{ daily_distance_m: null }, { daily_distance_m: null }],
    [
      { starts_on: '2028-01-01', daily_distance_m: 50_000 },
      { starts_on: '2028-01-01', daily_distance_m: 50_000 },
    ],
  ])(
    'the change %j sets its fields, clears a field with null and leaves the other fields alone [J5]',
    async (body, difference) => {
      const rider = await createRider();
      const { json: before } = await rider.post('/v1/journeys', full);
      const { status, json, text } = await rider.patch(pathOf(before.id), body);
      expect(status, text).toBe(200);
      expect(json).toEqual({ ...before, ...difference, version: 2, updated_at: json.updated_at });
      expect((await rider.get(pathOf(before.id))).json).toEqual(json);
    },
  );

  test('a change sets updated_at, increments the version and leaves created_at alone', async () => {
    const rider = await createRider();
    const { json: before } = await rider.post('/v1/journeys', full);
    advance(5, 'minutes');
    const { json } = await rider.patch(pathOf(before.id), { name: 'Rhine' });
    expect(json).toMatchObject({ version: 2, created_at: before.created_at });
    const laterMs = Date.parse(json.updated_at) - Date.parse(before.updated_at);
    expect(laterMs).toBeGreaterThanOrEqual(300_000);
    expect(laterMs).toBeLessThan(360_000);
  });

  test('twenty simultaneous changes of a journey are all applied, each with its own version', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const names = Array.from({ length: 20 }, (_, n) => `Name ${n}`);
    const answers = await Promise.all(names.map((name) => rider.patch(pathOf(id), { name })));
    expect(answers.map(({ json }) => json.name)).toEqual(names);
    const versions = answers.map(({ json }) => json.version).toSorted((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });
});
