import { describe, expect, test } from 'vitest';
import { createJourney, createRider, type LonLat, type Rider } from '../../support/factories.ts';
import { batchOf, markersOf, newMarker, pointAt, readAll } from './markers.ts';

const namesOf = (markers: readonly { name: string }[]) => markers.map(({ name }) => name);

async function createMarkers(rider: Rider, markers: Record<string, unknown>[]): Promise<string> {
  const { id } = await createJourney(rider);
  const { status, text } = await rider.post(batchOf(id), { markers: markers.map(newMarker) });
  expect(status, text).toBe(201);
  return id;
}

test('markers are listed in order of time, markers without a time last', async () => {
  const rider = await createRider();
  const markers = [
    { name: 'undated' },
    { name: 'third', estimated_time: '2026-06-12T10:00:00+02:00' },
    { name: 'first', marker_type: 'past', timestamp: '2026-06-12T07:59:59.998Z' },
    { name: 'second', estimated_time: '2026-06-12T07:59:59.999Z' },
    { name: 'undated too', marker_type: 'past' },
  ];
  const list = await readAll(rider, await createMarkers(rider, markers));
  expect(namesOf(list)).toEqual(['first', 'second', 'third', 'undated', 'undated too']);
});

test('45 markers are paged through without loss or repeat with every page size', async () => {
  const rider = await createRider();
  const markers = Array.from({ length: 45 }, (_, n) => ({
    name: `Stop ${n}`,
    // Fifteen at one time, fifteen at times of their own, fifteen at none.
    ...(n % 3 === 0 && { estimated_time: '2026-06-12T08:30:00Z' }),
    ...(n % 3 === 1 && { estimated_time: `2026-06-12T08:30:00.${String(n).padStart(3, '0')}Z` }),
  }));
  const id = await createMarkers(rider, markers);
  const whole = await readAll(rider, id);
  expect(new Set(namesOf(whole))).toEqual(new Set(namesOf(markers)));
  expect(whole).toHaveLength(45);
  for (const limit of [1, 7, 20, 44, 45]) expect(await readAll(rider, id, `limit=${limit}`)).toEqual(whole);

  const first = await rider.get(markersOf(id));
  expect(first.json.items).toEqual(whole.slice(0, 20));
  const link = /<(.+)>; rel="next"/.exec(first.headers.get('Link') ?? '')?.[1];
  expect((await rider.get(String(link))).json.items).toEqual(whole.slice(20, 40));
  const last = await rider.get(`${markersOf(id)}?limit=45`);
  expect([last.json.next_cursor, last.headers.get('Link')]).toEqual([null, null]);
});

test('the list of markers is filtered by marker type on every page', async () => {
  const rider = await createRider();
  const ridden = { marker_type: 'past' };
  const id = await createMarkers(
    rider,
    Array.from({ length: 9 }, (_, n) => ({ name: `${n}`, ...(n % 3 === 0 && ridden) })),
  );
  expect(namesOf(await readAll(rider, id, 'limit=2&marker_type=past'))).toEqual(['0', '3', '6']);
  expect(await readAll(rider, id, 'limit=2&marker_type=plan')).toHaveLength(6);
  expect((await rider.get(`${markersOf(id)}?marker_type=future`)).status).toBe(422);
});

describe('bounding boxes [K8]', () => {
  const places: Record<string, LonLat> = {
    vienna: [16.3738, 48.2082],
    fiji: [179.99, -16.5],
    taveuni: [-179.99, -16.8],
    meridian: [180, -16.6],
    antimeridian: [-180, -16.7],
    alert: [-62.3, 82.5],
    'north pole': [45, 90],
    'south pole': [-120, -90],
    null: [0, 0],
  };

  test.each([
    ['16,48,17,49', ['vienna']],
    ['16.3738,48.2082,16.3738,48.2082', ['vienna']],
    ['17,48,16,49', []],
    ['179,-17,-179,-16', ['fiji', 'taveuni', 'meridian', 'antimeridian']],
    ['179,-17,180,-16', ['fiji', 'meridian', 'antimeridian']],
    ['-180,-17,-179,-16', ['taveuni', 'meridian', 'antimeridian']],
    ['180,-17,-180,-16', ['meridian', 'antimeridian']],
    ['-179,-17,179,-16', []],
    ['-70,80,-60,90', ['alert', 'north pole']],
    ['100,-90,110,-80', ['south pole']],
    ['0,0,0,0', ['null']],
    ['-180,-90,180,90', Object.keys(places)],
  ])('the bounding box %s holds the markers %j', async (bbox, names) => {
    const rider = await createRider();
    const all = Object.entries(places).map(([name, place]) => ({ name, coordinates: pointAt(...place) }));
    const list = await readAll(rider, await createMarkers(rider, all), `limit=2&bbox=${bbox}`);
    expect(namesOf(list)).toEqual(names);
  });

  test.each(['', '1,2,3', '1,2,3,4,5', '0,49,1,48', '-181,0,0,1', '0,0,1,90.1', 'a,b,c,d', '1e1,0,20,1', 'NaN,0,1,1'])(
    'the bounding box %j is refused',
    async (bbox) => {
      const rider = await createRider();
      const { id } = await createJourney(rider);
      expect(await rider.get(`${markersOf(id)}?bbox=${bbox}`)).toMatchObject({
        status: 422,
        json: {
          errors: [{ path: 'bbox', message: expect.stringMatching(bbox === '0,49,1,48' ? /^South/ : /^Must be four/) }],
        },
      });
    },
  );
});

test('a cursor works only for its rider and its list, and a forged cursor is refused [I28]', async () => {
  const [rider, other] = [await createRider(), await createRider()];
  const id = await createMarkers(rider, [{}, {}, {}]);
  const sibling = await createMarkers(rider, [{}]);
  const theirs = await createMarkers(other, [{}]);
  const { json } = await rider.get(`${markersOf(id)}?limit=1`);
  const cursor: string = json.next_cursor;
  const refused = { status: 400, json: { code: 'http.invalid_cursor' } };

  expect((await rider.get(`${markersOf(id)}?cursor=${cursor}`)).json.items).toHaveLength(2);
  for (const path of [markersOf(sibling), '/v1/journeys']) {
    expect(await rider.get(`${path}?cursor=${cursor}`)).toMatchObject(refused);
  }
  for (const filter of ['marker_type=plan', 'bbox=0,0,1,1']) {
    expect(await rider.get(`${markersOf(id)}?${filter}&cursor=${cursor}`)).toMatchObject(refused);
  }
  for (const path of [markersOf(theirs), markersOf(id)]) {
    expect(await other.get(`${path}?cursor=${cursor}`)).toMatchObject(refused);
  }
  const forged = [btoa('["infinity","0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b"]'), cursor.slice(1), `${cursor}A`, 'x', ''];
  for (const made of [...forged, cursor.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))]) {
    expect(await rider.get(`${markersOf(id)}?cursor=${encodeURIComponent(made)}`)).toMatchObject(refused);
  }
});

test('the limit of a list of markers is a plain number from 1 to 100, and unknown parameters are refused [K15]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  for (const limit of ['0', '-1', '101', '1000000000', '0x10', '1e1', '%207', '', '5&limit=9']) {
    expect((await rider.get(`${markersOf(id)}?limit=${limit}`)).status, limit).toBe(422);
  }
  expect(await rider.get(`${markersOf(id)}?sort=name`)).toMatchObject({ status: 400 });
});

test('a journey without markers has an empty list, and an unknown journey answers 404', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  expect(await rider.get(markersOf(id))).toMatchObject({ status: 200, json: { items: [], next_cursor: null } });
  const unknown = await rider.get(markersOf(crypto.randomUUID()));
  expect(unknown).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
});
