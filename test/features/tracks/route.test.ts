import { describe, expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, parallel, partsOf, pointsOf, readRoute, route, track } from './lines.ts';
import { unfitting } from './schema.ts';

const pathOf = (id: string) => `/v1/journeys/${id}/route`;
const geoJson = 'application/geo+json';
const declared = ['/v1/journeys/{id}/route', 'get'] as const;

/** Positions as precise as GPS units write them, and a little more. */
const precise = (count: number): Fix[] =>
  Array.from({ length: count }, (_, n) => [
    16.3738 + Math.sin(n) / 10 + n / 1_000,
    48.2082 + Math.cos(n * 1.7) / 10,
    171.25 + 30 * Math.sin(n / 3),
  ]);

async function createJourneyOfMine() {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider)).id };
}

describe.each(['plan', 'past'] as const)('%s lines', (as) => {
  test('a line comes back in full, with seven decimals and its elevation', async () => {
    const { rider, id } = await createJourneyOfMine();
    const points = precise(500);
    const { distance_m, ascent_m } = await importFile(rider, id, gpx(track([points], 'Day 1')), as);
    const { status, headers, json, text } = await rider.get(`${pathOf(id)}?as=${as}`);
    expect(status, text.slice(0, 200)).toBe(200);
    expect(headers.get('Content-Type')).toBe(geoJson);
    expect(json).toMatchObject({ type: 'FeatureCollection', features: [{ type: 'Feature' }] });
    expect(json.features[0].properties).toEqual({ name: 'Day 1', distance_m, ascent_m });
    expect(json.features[0].geometry.type).toBe('LineString');

    const shown = pointsOf(json.features[0]);
    expect(shown).toHaveLength(points.length);
    for (const [n, [longitude, latitude, elevationM]] of points.entries()) {
      const [x = 0, y = 0, z = 0] = shown[n] ?? [];
      expect(Math.abs(x - longitude)).toBeLessThanOrEqual(1e-7);
      expect(Math.abs(y - latitude)).toBeLessThanOrEqual(1e-7);
      expect(Math.abs(z - (elevationM ?? 0))).toBeLessThanOrEqual(1e-6);
    }
    expect(/\d\.\d{8}/.test(JSON.stringify(json.features[0].geometry))).toBe(false);
    expect(await unfitting(declared, geoJson, json)).toEqual([]);
  });

  test('lines come back in the order of import', async () => {
    const { rider, id } = await createJourneyOfMine();
    const line = (n: number) => parallel(20, [n, 40]);
    await importFile(rider, id, gpx(track([line(1)], 'one'), track([line(2)], 'two')), as);
    await importFile(rider, id, gpx(track([line(3)], 'three')), as);
    await importFile(rider, id, gpx(route(line(4), 'four'), route(line(5), 'five')), as);
    const features = await readRoute(rider, id, `?as=${as}`);
    expect(features.map(({ properties }) => properties.name)).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(features.map((feature) => pointsOf(feature)[0]?.[0])).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(features.map((feature) => feature.id)).size).toBe(5);
  });

  test('a line comes back in as many parts as it was recorded in', async () => {
    const { rider, id } = await createJourneyOfMine();
    const parts = [parallel(5, [1, 40]), parallel(2, [2, 40]), parallel(9, [3, 40])];
    await importFile(rider, id, gpx(track(parts)), as);
    const [feature] = await readRoute(rider, id, `?as=${as}`);
    expect(feature?.geometry).toEqual({ type: 'MultiLineString', coordinates: parts });
    expect(await unfitting(declared, geoJson, { type: 'FeatureCollection', features: [feature] })).toEqual([]);
  });

  test('a line without elevation has positions of two numbers', async () => {
    const { rider, id } = await createJourneyOfMine();
    const flat: Fix[] = [
      [1, 40],
      [1.1, 40],
      [1.2, 40.1],
    ];
    await importFile(rider, id, gpx(track([flat])), as);
    for (const query of ['', '&tolerance_m=0', '&max_points=3']) {
      const [feature] = await readRoute(rider, id, `?as=${as}${query}`);
      expect(feature && pointsOf(feature), query).toEqual(flat);
      expect(feature?.properties.ascent_m).toBeNull();
    }
  });

  test('missing elevations of a line are filled in from their neighbours', async () => {
    const { rider, id } = await createJourneyOfMine();
    const points: Fix[] = [
      [1, 0],
      [1.1, 0, 100],
      [1.2, 0],
      [1.3, 0, 300],
      [1.4, 0],
    ];
    await importFile(rider, id, gpx(track([points])), as);
    const [feature] = await readRoute(rider, id, `?as=${as}`);
    const elevationsM = feature && pointsOf(feature).map(([, , elevationM]) => Math.round(elevationM ?? Number.NaN));
    expect(elevationsM).toEqual([100, 100, 200, 300, 300]);
  });
});

test('a route request without `as` reads the plan, and the ride is read separately', async () => {
  const { rider, id } = await createJourneyOfMine();
  await importFile(rider, id, gpx(track([parallel(9, [1, 40])], 'planned')), 'plan');
  await importFile(rider, id, gpx(track([parallel(9, [2, 40])], 'ridden')), 'past');
  const names = async (query: string) => (await readRoute(rider, id, query)).map(({ properties }) => properties.name);
  expect([await names(''), await names('?as=plan'), await names('?as=past')]).toEqual([
    ['planned'],
    ['planned'],
    ['ridden'],
  ]);
  expect(await readRoute(rider, id.toUpperCase())).toEqual(await readRoute(rider, id));
});

test('a journey without lines has an empty collection', async () => {
  const { rider, id } = await createJourneyOfMine();
  for (const query of ['', '?as=past', '?tolerance_m=10', '?max_points=2']) {
    const { status, headers, json } = await rider.get(pathOf(id) + query);
    expect([status, json]).toEqual([200, { type: 'FeatureCollection', features: [] }]);
    expect(headers.get('Content-Type')).toBe(geoJson);
    expect(await unfitting(declared, geoJson, json)).toEqual([]);
  }
});

test('a line without a name has the name null, and any text is a valid name', async () => {
  const { rider, id } = await createJourneyOfMine();
  const name = '"}],"features":[{"a":"\\" </script> \u2028 🚲';
  const escaped = name.replaceAll(/[<>&]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  await importFile(rider, id, gpx(track([parallel(2, [1, 40])], ''), track([parallel(2, [2, 40])], escaped)));
  const features = await readRoute(rider, id);
  expect(features.map(({ properties }) => properties.name)).toEqual([null, name]);
});

test.each([
  ['as=both', 422],
  ['as=', 422],
  ['as=Plan', 422],
  ['as=plan&as=past', 422],
  ['tolerance_m=-1', 422],
  ['tolerance_m=100001', 422],
  ['tolerance_m=1e3', 422],
  ['tolerance_m=NaN', 422],
  ['tolerance_m=', 422],
  ['max_points=1', 422],
  ['max_points=0', 422],
  ['max_points=100001', 422],
  ['max_points=2.5', 422],
  ['max_points=0x10', 422],
  ['max_points=', 422],
  ['points=2', 400],
  ['bbox=1,2,3,4', 400],
])('the query ?%s of a route is refused [K15]', async (query, status) => {
  const { rider, id } = await createJourneyOfMine();
  expect((await rider.get(`${pathOf(id)}?${query}`)).status).toBe(status);
});

test('a line of one part stays a LineString when it is simplified', async () => {
  const { rider, id } = await createJourneyOfMine();
  await importFile(rider, id, gpx(track([parallel(100, [1, 40])])));
  for (const query of ['?tolerance_m=100000', '?max_points=2', '?tolerance_m=0&max_points=50']) {
    const [feature] = await readRoute(rider, id, query);
    expect(feature && [feature.geometry.type, partsOf(feature).length], query).toEqual(['LineString', 1]);
  }
});
