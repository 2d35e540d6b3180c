import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import {
  type Coordinates,
  type Fix,
  gpx,
  importFile,
  parallel,
  partsOf,
  pointsOf,
  readRoute,
  route,
  track,
} from './lines.ts';

const metresPerDegree = 111_320;

/** A winding line near Vienna: about `count` * 300 m. */
const winding = (count: number, [west, south]: readonly [number, number] = [16, 48]): Fix[] =>
  Array.from({ length: count }, (_, n) => [
    Number((west + n * 0.003 + 0.02 * Math.sin(n / 9)).toFixed(6)),
    Number((south + 0.05 * Math.sin(n / 17) + 0.001 * Math.cos(n)).toFixed(6)),
    Math.round(200 + n / 10),
  ]);

async function createPlan(...lines: Fix[][][]) {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  await importFile(rider, id, gpx(...lines.map((segments) => track(segments))));
  return { rider, id, read: (query = '') => readRoute(rider, id, query) };
}

/** A line with bends of every size, as roads have them. */
const coast = (count: number): Fix[] =>
  Array.from({ length: count }, (_, n) => {
    const bends = Array.from({ length: 9 }, (_, k) => Math.sin((n * 2 ** k) / 300 + k) / 2 ** (k + 2));
    return [16 + n / 1_000, 48 + bends.reduce((sum, bend) => sum + bend, 0)];
  });

type Place = readonly [number, number, ...unknown[]];

/** Metres from a point to a segment of a line, on a plane that fits the neighbourhood. */
function metresTo([x, y]: Fix, [ax, ay]: Place, [bx, by]: Place): number {
  const scale = Math.cos((y * Math.PI) / 180);
  const to = (px: number, py: number) => [(px - x) * scale * metresPerDegree, (py - y) * metresPerDegree] as const;
  const [[aX, aY], [bX, bY]] = [to(ax, ay), to(bx, by)];
  const [dX, dY] = [bX - aX, bY - aY];
  const along = Math.min(1, Math.max(0, -(aX * dX + aY * dY) / (dX * dX + dY * dY || 1)));
  return Math.hypot(aX + along * dX, aY + along * dY);
}

/** The greatest distance of the points of a line from a coarser line. */
function strayM(points: readonly Fix[], coarse: Coordinates): number {
  const stretches = coarse.slice(1).map((end, n) => [coarse[n] ?? end, end] as const);
  return Math.max(...points.map((point) => Math.min(...stretches.map(([a, b]) => metresTo(point, a, b)))));
}

const endsOf = (points: readonly (readonly unknown[])[]) => [points[0], points.at(-1)];
const countOf = (features: Awaited<ReturnType<typeof readRoute>>) =>
  features.reduce((sum, feature) => sum + pointsOf(feature).length, 0);

describe('lines simplified with a tolerance', () => {
  test.each([0, 1, 10, 100, 1_000, 10_000.5, 100_000])(
    'a line simplified with a tolerance of %d m stays within that distance of the original',
    async (toleranceM) => {
      const points = winding(600);
      const { read } = await createPlan([points]);
      const [feature] = await read(`?tolerance_m=${toleranceM}`);
      const coarse = feature ? pointsOf(feature) : [];
      expect(strayM(points, coarse)).toBeLessThanOrEqual(toleranceM * 1.005 + 0.05);
      expect(endsOf(coarse)).toEqual(endsOf(points));
      for (const point of coarse) expect(points).toContainEqual(point);
    },
  );

  test('a greater tolerance leaves fewer points', async () => {
    const { read } = await createPlan([winding(600)]);
    const counts = [];
    for (const toleranceM of [0, 10, 100, 1_000, 100_000])
      counts.push(countOf(await read(`?tolerance_m=${toleranceM}`)));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(new Set(counts).size).toBe(5);
    expect(counts.at(-1)).toBe(2);
  });
});

describe('lines simplified to a number of points', () => {
  test.each([2, 3, 10, 99, 100, 599, 600, 601, 100_000])(
    'a line simplified to at most %i points keeps its two ends',
    async (most) => {
      const points = winding(600);
      const { read } = await createPlan([points]);
      const [feature] = await read(`?max_points=${most}`);
      const coarse = feature ? pointsOf(feature) : [];
      expect(coarse.length).toBeLessThanOrEqual(most);
      expect(endsOf(coarse)).toEqual(endsOf(points));
      if (most >= 600) expect(coarse).toEqual(points);
    },
  );

  test('a line simplified to a maximum of points has at least a fifth of them', async () => {
    const { read } = await createPlan([coast(2_000)]);
    for (const most of [20, 100, 500]) expect(countOf(await read(`?max_points=${most}`))).toBeGreaterThan(most / 5);
  });

  test.each([10, 50, 400])('%i points are shared by all lines, with at least two points each', async (most) => {
    const lines = [winding(300), winding(20, [20, 45]), winding(100, [25, 40]), winding(2, [30, 35])];
    const { read } = await createPlan(...lines.map((points) => [points]));
    const features = await read(`?max_points=${most}`);
    expect(features.map((feature) => endsOf(pointsOf(feature)))).toEqual(lines.map(endsOf));
    expect(countOf(features)).toBeLessThanOrEqual(most);
  });

  test('a maximum too small for the number of lines leaves two points for each line', async () => {
    const { read } = await createPlan([winding(50)], [winding(60, [20, 45])], [winding(70, [25, 40])]);
    const features = await read('?max_points=2');
    expect(features.map((feature) => pointsOf(feature).length)).toEqual([2, 2, 2]);
  });

  test('a maximum too small for the parts of a line leaves two points for each part', async () => {
    const parts = [winding(50), winding(60, [20, 45]), winding(70, [25, 40])];
    const { read } = await createPlan(parts);
    const [feature] = await read('?max_points=2');
    expect(feature && partsOf(feature)).toEqual(parts.map(endsOf));
  });

  test('a line that runs there and back can be simplified to two points anywhere on the globe', async () => {
    const out: Fix[] = [
      [179, 0, 1],
      [179.9, 10, 2],
      [179.5, 3, 3],
      [179.2, 0, 4],
    ];
    const { read } = await createPlan([[...out, ...out.toReversed()]]);
    expect(countOf(await read('?max_points=2'))).toBe(2);
  });

  test('a simplified line over the antimeridian keeps the points at which it is cut', async () => {
    const out: Fix[] = [
      [179, 0, 1],
      [179.9, 10, 2],
      [-179.9, 3, 3],
      [-179, 0, 4],
    ];
    const { read } = await createPlan([[...out, ...out.toReversed()]]);
    const [feature] = await read('?max_points=2');
    expect(feature && partsOf(feature).map((part) => part.map(([longitude]) => longitude))).toEqual([
      [179, 180],
      [-180, -180],
      [180, 179],
    ]);
  });

  test('a tolerance and a maximum of points hold together', async () => {
    const { read } = await createPlan([winding(600)]);
    const [tolerated, fitted, both] = [
      await read('?tolerance_m=50'),
      await read('?max_points=20'),
      await read('?tolerance_m=50&max_points=20'),
    ];
    expect(countOf(both)).toBeLessThanOrEqual(20);
    expect(countOf(tolerated)).toBeGreaterThan(20);
    expect(countOf(both)).toBeLessThanOrEqual(countOf(fitted));
    expect(await read('?tolerance_m=50&max_points=100000')).toEqual(tolerated);
  });
});

/** A line that stays near a place; the antimeridian and the poles are as likely as any other place. */
const anyLine: fc.Arbitrary<Fix[]> = fc
  .tuple(fc.constantFrom(-180, -75, 0, 16, 180), fc.constantFrom(-90, -40, 0, 48, 90))
  .chain(([x, y]) => {
    const offset = fc.integer({ min: -20_000, max: 20_000 }).map((n) => n / 10_000);
    const fix = fc.tuple(offset, offset, fc.integer({ min: 0, max: 4_000 })).map(([east, north, elevationM]): Fix => {
      const longitude = ((x + east + 540) % 360) - 180;
      return [Number(longitude.toFixed(4)), Number(Math.max(-90, Math.min(90, y + north)).toFixed(4)), elevationM];
    });
    return fc.array(fix, { minLength: 2, maxLength: 60 });
  });

test('any simplified line has at most the requested points, keeps its two ends and gains no new points', async () => {
  const rider = await createRider();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 2, max: 80 }),
      async (lines, most) => {
        const { id } = await createJourney(rider);
        await importFile(rider, id, gpx(...lines.map((points) => route(points))));
        const whole = await readRoute(rider, id);
        const features = await readRoute(rider, id, `?max_points=${most}`);
        expect(countOf(features)).toBeLessThanOrEqual(Math.max(most, 2 * whole.flatMap(partsOf).length));
        expect(features.flatMap(partsOf).map(endsOf)).toEqual(whole.flatMap(partsOf).map(endsOf));
        for (const [n, feature] of features.entries()) {
          const points = whole[n] && pointsOf(whole[n]);
          for (const point of pointsOf(feature)) expect(points).toContainEqual(point);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('a line is never answered with more points than it has [K21]', async () => {
  const points = parallel(3_000, [1, 40], 0.001);
  const { read } = await createPlan([points]);
  expect(countOf(await read('?max_points=100000&tolerance_m=0'))).toBeLessThanOrEqual(points.length);
});
