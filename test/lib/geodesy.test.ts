import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ascentM,
  cumulativeDistancesM,
  densify,
  distanceM,
  fillElevations,
  type Position,
  pointAlong,
} from '../../src/lib/geodesy.ts';

const columns = (...positions: Position[]) => ({
  longitudes: Float64Array.from(positions, ([longitude]) => longitude),
  latitudes: Float64Array.from(positions, ([, latitude]) => latitude),
});
const unknown = Number.NaN;
const position = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
);

/** From the documentation of GeographicLib and the defining constants of WGS84. */
const distances: [name: string, a: Position, b: Position, metres: number][] = [
  ['New York to London', [-73.8, 40.6], [-0.5, 51.6], 5_551_759.4003],
  ['Wellington to Salamanca, nearly antipodes', [174.81, -41.32], [-5.5, 40.96], 19_959_679.2674],
  ['a degree of the equator', [7, 0], [8, 0], 111_319.4908],
  ['a quarter of a meridian', [7, 0], [7, 90], 10_001_965.7293],
  ['neighbours across the antimeridian', [179.99, 0], [-179.99, 0], 2_226.3898],
  ['the pole under two longitudes', [0, 90], [137, 90], 0],
  ['over the pole', [0, 89.9], [180, 89.9], 22_338.7955],
  ['one point named with longitude 180 and -180', [180, 12], [-180, 12], 0],
];

describe('distances [K8]', () => {
  test.each(distances)('the distance is right to a millimetre: %s', (_, a, b, metres) => {
    expect(distanceM(a, b)).toBeCloseTo(metres, 3);
    expect(distanceM(b, a)).toBeCloseTo(metres, 3);
  });

  test('cumulative distances continue along a line and add nothing for the gap between two segments', () => {
    const line = [columns([7, 0], [8, 0], [8, 0], [9, 0]), columns([20, 0], [21, 0]), columns([179.5, 0], [-179.5, 0])];
    const degrees = cumulativeDistancesM(line).map((stretch) => Array.from(stretch, (at) => at / 111_319.4907932736));
    expect(degrees.flat().map((value) => Number(value.toFixed(9)))).toEqual([0, 1, 1, 2, 2, 3, 3, 4]);
  });

  test('an empty line has no cumulative distances', () => {
    expect(cumulativeDistancesM([])).toEqual([]);
    expect(cumulativeDistancesM([columns()])).toEqual([new Float64Array(0)]);
  });
});

describe('ascent', () => {
  const cases: [name: string, stretches: number[][], ascent: number | undefined][] = [
    ['is undefined without any elevation', [[unknown, unknown], []], undefined],
    ['is zero for a single elevation', [[500]], 0],
    [
      'counts a steady climb in full, however small its steps',
      [Array.from({ length: 13 }, (_, step) => 100 + step)],
      12,
    ],
    ['ignores noise below five metres', [[100, 104, 100, 103, 99, 103.9, 100]], 0],
    ['counts a rise of exactly five metres', [[100, 105, 100]], 5],
    ['does not count noise on a climb twice', [[100, 110, 107, 120, 117, 130]], 30],
    ['counts a real dip', [[100, 130, 120, 140]], 50],
    ['counts a rise from the lowest point before it', [[100, 60, 58, 61, 90]], 32],
    ['skips points without elevation', [[unknown, 100, unknown, 110, unknown]], 10],
    [
      'ignores the difference between two segments',
      [
        [100, 120],
        [400, 410],
      ],
      30,
    ],
  ];
  test.each(cases)('the ascent %s', (_, stretches, ascent) => {
    expect(ascentM(stretches.map((elevations) => Float64Array.from(elevations)))).toBe(ascent);
  });
});

describe('missing elevations', () => {
  const cases: [name: string, elevations: number[][], distances: number[][], filled: number[][] | undefined][] = [
    ['stay missing if no elevation is known', [[unknown, unknown]], [[0, 10]], undefined],
    ['are interpolated by distance, not by count', [[100, unknown, 200]], [[0, 25, 100]], [[100, 125, 200]]],
    ['take the nearest elevation at both ends', [[unknown, 100, 90, unknown]], [[0, 5, 10, 15]], [[100, 100, 90, 90]]],
    ['all equal a single known elevation', [[unknown, 7, unknown]], [[0, 1, 2]], [[7, 7, 7]]],
    [
      'are interpolated across segments',
      [
        [100, unknown],
        [unknown, 300],
      ],
      [
        [0, 50],
        [50, 100],
      ],
      [
        [100, 200],
        [200, 300],
      ],
    ],
    ['between two points at one place repeat the first one', [[100, unknown, 120]], [[5, 5, 5]], [[100, 100, 120]]],
    ['leave known elevations unchanged', [[1, 2], [3]], [[0, 1], [1]], [[1, 2], [3]]],
  ];
  test.each(cases)('missing elevations of a line %s', (_, elevations, distances, filled) => {
    const given = elevations.map((stretch) => Float64Array.from(stretch));
    const result = fillElevations(
      given,
      distances.map((stretch) => Float64Array.from(stretch)),
    );
    expect(result?.map((stretch) => [...stretch])).toEqual(filled);
    expect(given.map((stretch) => [...stretch])).toEqual(elevations);
  });
});

describe('points along a great circle [K8]', () => {
  const cases: [name: string, a: Position, b: Position, fraction: number, expected: Position][] = [
    ['along the equator', [0, 0], [90, 0], 0.5, [45, 0]],
    ['across the antimeridian', [179, 0], [-179, 0], 0.75, [-179.5, 0]],
    ['over the pole', [0, 80], [180, 80], 0.25, [0, 85]],
    ['between opposite points, over the pole', [10, 20], [-170, -20], 0.5, [-170, 70]],
    ['from pole to pole', [0, 90], [0, -90], 0.5, [180, 0]],
    ['between equal points', [7, 46], [7, 46], 0.5, [7, 46]],
  ];
  test.each(cases)('the point along a great circle is right %s', (_, a, b, fraction, [longitude, latitude]) => {
    const point = pointAlong(a, b, fraction);
    expect(point[0]).toBeCloseTo(longitude, 9);
    expect(point[1]).toBeCloseTo(latitude, 9);
  });

  test('a short segment needs no points between its ends', () => {
    expect(densify([7, 46], [7.001, 46], 1_000)).toEqual([]);
    expect(densify([7, 46], [7, 46], 1_000)).toEqual([]);
  });

  test.each([0, -1, Number.NaN])('a maximum step of %d metres is refused', (step) => {
    expect(() => densify([0, 0], [1, 1], step)).toThrow(RangeError);
  });

  test('no step of a densified line is longer than allowed or needlessly short, anywhere on the globe [K8]', () => {
    fc.assert(
      fc.property(position, position, fc.integer({ min: 20_000, max: 2_000_000 }), (a, b, maxStepM) => {
        const between = densify(a, b, maxStepM);
        const path = [a, ...between, b];
        for (const [index, end] of path.slice(1).entries()) {
          const step = distanceM(path[index] ?? a, end);
          expect(step).toBeLessThanOrEqual(maxStepM + 1e-3);
          if (between.length > 0) expect(step).toBeGreaterThan(maxStepM * 0.49);
        }
        for (const [longitude, latitude] of between) {
          expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
          expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
        }
      }),
    );
  });
});
