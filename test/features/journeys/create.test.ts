import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { pathOf, readAll, stateOf } from './journeys.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a new journey needs only a name and is planned and private', async () => {
  const rider = await createRider();
  const { status, headers, json, text } = await rider.post('/v1/journeys', { name: '  Danube  ' });
  expect(status, text).toBe(201);
  expect(json).toEqual({
    view: 'full',
    id: expect.stringMatching(uuid),
    owner_id: rider.id,
    name: 'Danube',
    is_publishing: false,
    description: '',
    status: 'planned',
    visibility: 'private',
    starts_on: null,
    daily_distance_m: null,
    delay_h: 48,
    version: 1,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    updated_at: json.created_at,
  });
  expect(headers.get('Location')).toBe(pathOf(json.id));
  expect((await rider.get(headers.get('Location') ?? '')).json).toEqual(json);
});

test('every field of a new journey is stored as it was sent', async () => {
  const rider = await createRider();
  const fields = {
    name: 'Nærøyfjord 🚲 "quoted" \\ {braced} مرحبا e\u0301\u200d',
    description: ' two\nlines\tand a space ',
    visibility: 'discoverable',
    starts_on: '2028-02-29',
    daily_distance_m: 87_654.321,
  };
  const { status, json, text } = await rider.post('/v1/journeys', fields);
  expect(status, text).toBe(201);
  expect(json).toMatchObject(fields);
  expect((await rider.get(pathOf(json.id))).json).toEqual(json);
});

describe('journey ids chosen by the client', () => {
  test.each(['0193a1b2-3c4d-7e5f-8a9b-', '3f2504e0-4f89-41d3-9a0c-', '3f2504e0-4f89-11d3-9a0c-'])(
    'a journey id chosen by the client is stored in lower case: %s…',
    async (beginning) => {
      const rider = await createRider();
      const id = beginning + crypto.randomUUID().slice(-12);
      const { status, headers, json, text } = await rider.post('/v1/journeys', { id: id.toUpperCase(), name: 'Mine' });
      expect(status, text).toBe(201);
      expect([json.id, headers.get('Location')]).toEqual([id, pathOf(id)]);
      expect((await rider.get(pathOf(id.toUpperCase()))).json).toEqual(json);
    },
  );

  test.each(['', 'mine', '7', '0193a1b2-3c4d-7e5f-8a9b', '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5g', null, 7, [], {}])(
    'a malformed journey id is refused: %j',
    async (id) => {
      const rider = await createRider();
      const refused = { status: 422, json: { errors: [{ path: 'id' }] } };
      expect(await rider.post('/v1/journeys', { id, name: 'Mine' })).toMatchObject(refused);
      expect(await readAll(rider)).toEqual([]);
    },
  );

  test('a creation sent again with the same id answers with the journey as it is now [P9]', async () => {
    const rider = await createRider();
    const id = uuidv7();
    expect((await rider.post('/v1/journeys', { id, name: 'First' })).status).toBe(201);
    const changed = await rider.patch(pathOf(id), { name: 'Changed', starts_on: '2027-06-01' });
    const before = await stateOf(id);

    for (const again of [id, id.toUpperCase()]) {
      const { status, json, headers } = await rider.post('/v1/journeys', { id: again, name: 'First' });
      expect([status, json]).toEqual([201, changed.json]);
      expect(headers.get('Location')).toBe(pathOf(id));
    }
    expect(await stateOf(id)).toEqual(before);
    expect(await readAll(rider)).toEqual([changed.json]);
  });

  test('twenty simultaneous creations with the same id make one journey [P9]', async () => {
    const rider = await createRider();
    const body = { id: uuidv7(), name: 'Once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => rider.post('/v1/journeys', body)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await readAll(rider)).toEqual([answers[0]?.json]);
  });

  test.each(['private', 'discoverable', 'public'])(
    'an id in use by another rider is a conflict and reveals nothing of their %s journey',
    async (visibility) => {
      const [owner, stranger] = [await createRider({ name: 'Secret Name' }), await createRider()];
      const { json: theirs } = await owner.post('/v1/journeys', { name: 'Hidden', visibility });
      const before = await stateOf(theirs.id);

      for (const id of [theirs.id, theirs.id.toUpperCase()]) {
        const { status, json } = await stranger.post('/v1/journeys', { id, name: 'Mine' });
        expect(json).toEqual({
          type: 'about:blank',
          title: 'Conflict',
          status: 409,
          code: 'journeys.id_taken',
          detail: 'This id is already in use. Choose another id.',
          request_id: expect.any(String),
        });
        expect(status).toBe(409);
      }
      expect(await stateOf(theirs.id)).toEqual(before);
      expect(await readAll(stranger)).toEqual([]);
    },
  );

  test('two riders who send the same id at the same moment do not both get it', async () => {
    const riders = [await createRider(), await createRider()];
    const body = { id: uuidv7(), name: 'Whose' };
    const answers = await Promise.all(riders.map((rider) => rider.post('/v1/journeys', body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const rows = await sql`select owner_id from journeys where id = ${body.id}`;
    expect(rows).toEqual([{ owner_id: riders[answers.findIndex(({ status }) => status === 201)]?.id }]);
  });
});
