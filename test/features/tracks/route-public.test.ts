import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, metresBetween, parallel, partsOf, pointsOf, readRoute, track } from './lines.ts';
import { unfitting } from './schema.ts';

const queries = ['', '?as=plan', '?tolerance_m=0', '?tolerance_m=100000', '?max_points=2', '?max_points=100000'];

async function createPublic(...lines: (readonly Fix[])[][]) {
  const [owner, stranger] = [await createRider(), await createRider()];
  const { id } = await createJourney(owner, { visibility: 'public' });
  await importFile(owner, id, gpx(...lines.map((segments) => track(segments))));
  return { owner, stranger, id, seen: (query = '') => readRoute(stranger, id, query) };
}

/** A line on the equator of the given length, from longitude 20, with a point every 100 m. */
const equator = (metres: number): Fix[] => {
  const steps = Math.round(metres / 100);
  return Array.from({ length: steps + 1 }, (_, n) => [20 + (n * metres) / steps / 111_319.4908, 0, 100]);
};

describe('a public plan seen by a stranger', () => {
  test.each(queries)(
    'a stranger sees nothing within 2 km of either end of a public plan (with %j) [I34]',
    async (query) => {
      const points = equator(30_000);
      const { seen } = await createPublic([points]);
      const [feature] = await seen(query);
      const shown = feature ? pointsOf(feature) : [];
      expect(shown.length).toBeGreaterThanOrEqual(2);
      expect(metresBetween(points[0], shown[0])).toBeCloseTo(2_000, 0);
      expect(metresBetween(points.at(-1), shown.at(-1))).toBeCloseTo(2_000, 0);
      for (const [longitude] of shown) {
        expect(longitude).toBeGreaterThan(20.0179);
        expect(longitude).toBeLessThan(20 + 28_001 / 111_319.4908);
      }
    },
  );

  test('a stranger sees the middle of a public plan as its rider does, except for its name and ascent', async () => {
    const points = equator(29_950);
    const { owner, id, seen } = await createPublic([points]);
    const [mine, theirs] = [await readRoute(owner, id), await seen()];
    expect(mine[0]?.properties).toMatchObject({ name: expect.stringMatching(/./) });
    expect(theirs[0]?.properties).toEqual({ ...mine[0]?.properties, name: null, ascent_m: null });
    expect(theirs[0] && pointsOf(theirs[0]).slice(1, -1)).toEqual(mine[0] && pointsOf(mine[0]).slice(21, -21));
    const body = { type: 'FeatureCollection', features: theirs };
    expect(await unfitting(['/v1/journeys/{id}/route', 'get'], 'application/geo+json', body)).toEqual([]);
  });

  test.each([200, 1_000, 1_999, 2_000, 3_000, 3_999, 4_000])(
    'a stranger sees nothing of a public line of %i m, since its hidden ends cover it [I34]',
    async (metres) => {
      const { owner, id, seen } = await createPublic([equator(metres)]);
      for (const query of queries) expect(await seen(query), query).toEqual([]);
      expect(await readRoute(owner, id)).toHaveLength(1);
    },
  );

  test('hills at the ends of a public plan do not change what a stranger sees [I34]', async () => {
    const points = equator(30_000);
    const hilly = points.map((fix, n): Fix => [fix[0], fix[1], n < 15 || n > 285 ? 100 + (n % 5) * 40 : 100]);
    const answers = [];
    for (const line of [points, hilly]) {
      const { owner, id, seen } = await createPublic([line]);
      answers.push((await seen()).map((feature) => ({ ...feature, id: '' })));
      expect((await readRoute(owner, id))[0]?.properties.ascent_m).toBeGreaterThanOrEqual(line === hilly ? 100 : 0);
    }
    expect(answers[0]).toHaveLength(1);
    expect(answers[1]).toEqual(answers[0]);
  });

  test('each line of a public plan that joins no other loses its own two ends, and a short one is hidden [I34]', async () => {
    const lines = [equator(10_000), equator(3_000), equator(6_000)];
    const { seen } = await createPublic(...lines.map((points) => [points]));
    for (const query of queries) {
      const features = await seen(query);
      expect(features.map(({ properties }) => Math.round(properties.distance_m / 100))).toEqual([160]);
      expect(features.map((feature) => partsOf(feature).length)).toEqual([2]);
      for (const [longitude] of features.flatMap(pointsOf)) expect(longitude).toBeGreaterThan(20.0179);
    }
  });

  const road = equator(30_000);
  /** Three days on one road. Each begins so many metres beside the end of the day before. */
  const daysApart = (metres: number) =>
    [0, 100, 200].map((from, day) =>
      road.slice(from, from + 101).map(([x, y]): Fix => [x, y + (day * metres) / 111_195, 100]),
    );

  test('the tracks or segments of days that end where the next begins are one line, without a sign of where days end [I34]', async () => {
    const [whole] = await (await createPublic([road])).seen();
    for (const parts of [daysApart(0).map((day) => [day]), [daysApart(0)]]) {
      const { seen, id } = await createPublic(...parts);
      expect(await seen()).toMatchObject([{ geometry: whole?.geometry, properties: whole?.properties }]);
      for (const query of queries) {
        const [feature, ...others] = await seen(query);
        expect(others).toEqual([]);
        expect(feature?.geometry.type).toBe('LineString');
        expect(await sql`select from tracks where journey_id = ${id} and id = ${feature?.id}`).toEqual([]);
      }
    }
  });

  test.each([
    [60, 1],
    [600, 3],
  ])('days that begin %i m beside the end of the day before are %i parts of the line', async (metres, count) => {
    for (const parts of [daysApart(metres).map((day) => [day]), [daysApart(metres)]]) {
      const [feature] = await (await createPublic(...parts)).seen();
      expect(feature ? partsOf(feature).length : 0).toBe(count);
    }
  });

  test('day loops from a home do not join there, and neither does a plan that returns to its beginning [I34]', async () => {
    const north = road.map(([longitude]): Fix => [20, longitude - 20, 100]);
    const [back, backSouth] = [[...road].reverse(), [...north].reverse()];
    const [home] = road;
    const loops = [
      [...road, ...back],
      [...north, ...backSouth],
    ];
    for (const lines of [loops, [road, back, north]]) {
      const { seen } = await createPublic(...lines.map((points) => [points]));
      const shown = (await seen()).flatMap(pointsOf);
      expect(shown.length).toBeGreaterThan(2);
      for (const point of shown) expect(metresBetween(home, point)).toBeGreaterThan(1_990);
    }
  });

  test('a track that is imported later joins the line that others see, and a file of another road does not [I34]', async () => {
    const [first = [], second = [], third = []] = daysApart(0);
    const { owner, id, seen } = await createPublic([first]);
    const lastOf = async () => (await seen()).flatMap(pointsOf).at(-1);
    expect(metresBetween(first.at(-1), await lastOf())).toBeCloseTo(2_000, 0);
    await importFile(owner, id, gpx(track([second])));
    expect((await seen()).flatMap(partsOf)).toHaveLength(1);
    expect(metresBetween(second.at(-1), await lastOf())).toBeCloseTo(2_000, 0);
    await importFile(owner, id, gpx(track([third.map(([x, y]): Fix => [x, y + 1, 100])])));
    expect((await seen()).flatMap(partsOf)).toHaveLength(2);
    expect(metresBetween(second.at(-1), (await seen()).flatMap(partsOf)[0]?.at(-1))).toBeCloseTo(2_000, 0);
  });

  test('days that join within a privacy zone are two parts, with two more kilometres hidden at both [I34]', async () => {
    const { owner, seen } = await createPublic(...daysApart(0).map((day) => [day]));
    const camp = road[100];
    const zone = { name: 'Friends', coordinates: { type: 'Point', coordinates: camp?.slice(0, 2) }, radius_m: 2_000 };
    const { status, text } = await owner.post('/v1/me/privacy-zones', zone);
    expect(status, text).toBe(201);
    const parts = (await seen()).flatMap(partsOf);
    for (const part of parts)
      for (const point of part) expect(metresBetween(camp, point)).toBeGreaterThan(2_000 + 2_000 - 10);
    expect(parts.length).toBeLessThanOrEqual(2);
  });

  test('the hidden ends of a line in parts are measured along all its parts, without the gaps [I34]', async () => {
    const far = (points: Fix[]) => points.map(([longitude, ...rest]): Fix => [longitude + 5, ...rest]);
    const { seen } = await createPublic([equator(1_000), far(equator(1_500)), equator(10_000), far(equator(500))]);
    const [feature] = await seen();
    const parts = feature ? partsOf(feature) : [];
    expect(parts.map((part) => Math.round(metresBetween(part[0], part.at(-1)) / 10))).toEqual([50, 850]);
    expect(parts.map((part) => Math.floor(part[0]?.[0] ?? 0))).toEqual([25, 20]);
  });

  test.each([
    ['a point', '20.018 0 1 2000'],
    ['a line without length', '20.018 0 1 2000, 20.018 0 9 2000'],
  ])('a part of a public line that only touches the cut is not shown as %s [I34]', async (_, end) => {
    const { id, seen } = await createPublic([equator(2_000), equator(9_000)]);
    const touching = `SRID=4326;MULTILINESTRING ZM ((20 0 1 0, ${end}), (21 0 1 2000, 21.1 0 1 11000))`;
    await sql`update tracks set line = ${touching}, distance_m = 11000, shown_to_m = '{9000}' where journey_id = ${id}`;
    for (const query of queries) {
      const [feature] = await seen(query);
      expect(feature?.geometry.type, query).toBe('LineString');
      expect(feature && pointsOf(feature)[0], query).toEqual([21, 0, 1]);
    }
  });

  test('the ends of a line over the antimeridian are cut at the right places [K8]', async () => {
    const points: Fix[] = [
      [179.99, 10, 5],
      [-179.95, 10, 5],
      [-179.5, 10, 5],
      [179.95, 10, 5],
      [-179.99, 10, 5],
    ];
    const { seen } = await createPublic([points]);
    for (const query of queries) {
      const [feature] = await seen(query);
      const shown = feature ? pointsOf(feature) : [];
      for (const [longitude] of shown) expect(Math.abs(longitude), query).toBeGreaterThan(179.4);
      expect(metresBetween(points[0], shown[0])).toBeCloseTo(2_000, -1);
      expect(metresBetween(points.at(-1), shown.at(-1))).toBeCloseTo(2_000, -1);
    }
  });

  test('a public line without elevation has positions of two numbers', async () => {
    const { seen } = await createPublic([equator(10_000).map(([x, y]): Fix => [x, y])]);
    for (const query of queries) {
      for (const point of (await seen(query)).flatMap(pointsOf)) expect(point).toHaveLength(2);
    }
  });
});

test('a stranger does not see a recent ride of a public journey [I34]', async () => {
  const { owner, stranger, id } = await createPublic([equator(10_000)]);
  await importFile(owner, id, gpx(track([parallel(200, [10, 40])], 'ridden')), 'past');
  for (const query of ['?as=past', '?as=past&tolerance_m=10', '?as=past&max_points=100000']) {
    const { status, json } = await stranger.get(`/v1/journeys/${id}/route${query}`);
    expect([status, json]).toEqual([200, { type: 'FeatureCollection', features: [] }]);
  }
  expect(await readRoute(owner, id, '?as=past')).toHaveLength(1);
});

test('a stranger cannot read the plan of a journey as soon as it is no longer public [I35]', async () => {
  const { owner, stranger, id, seen } = await createPublic([equator(10_000)]);
  expect(await seen()).toHaveLength(1);
  for (const visibility of ['discoverable', 'private']) {
    await owner.patch(`/v1/journeys/${id}`, { visibility });
    expect((await stranger.get(`/v1/journeys/${id}/route`)).status).toBe(404);
  }
  expect(await readRoute(owner, id)).toHaveLength(1);
});
