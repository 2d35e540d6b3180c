import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceM, type Position } from '../../src/lib/geodesy.ts';
import { cellAt, cellCentre, cellEastOf, columnsOf, gapM } from '../../src/lib/grid.ts';

const rows = Array.from({ length: 800 }, (_, row) => row);
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const position: fc.Arbitrary<Position> = fc.tuple(longitude, latitude);
const cell = fc
  .integer({ min: 0, max: 799 })
  .chain((row) => fc.integer({ min: 0, max: columnsOf(row) - 1 }).map((column) => row * 2_048 + column));

const rowOf = (cellNumber: number): number => Math.floor(cellNumber / 2_048);
const southOf = (row: number): number => row * 0.225 - 90;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Length of a parallel of the WGS84 ellipsoid. */
function parallelM(degrees: number): number {
  const eccentricity2 = 0.006_694_379_990_141_3;
  const radiusM = 6_378_137 / Math.sqrt(1 - eccentricity2 * Math.sin(radians(degrees)) ** 2);
  return 2 * Math.PI * radiusM * Math.cos(radians(degrees));
}

describe('the cells of a row', () => {
  test('the cells of a row are at least 25 km wide and as many as possible, with one cell at each pole', () => {
    for (const row of rows) {
      const polewardM = Math.min(parallelM(southOf(row)), parallelM(southOf(row + 1)));
      const widthM = polewardM / columnsOf(row);
      if (columnsOf(row) > 1) expect(widthM, `row ${row}`).toBeGreaterThanOrEqual(25_000);
      expect(polewardM / (columnsOf(row) + 1), `row ${row}`).toBeLessThan(25_000 * 1.006);
    }
    expect([columnsOf(0), columnsOf(799)]).toEqual([1, 1]);
  });

  test('every cell is about 25 km high', () => {
    for (const row of rows) {
      const heightM = distanceM([0, southOf(row)], [0, southOf(row + 1)]);
      expect(heightM, `row ${row}`).toBeGreaterThan(24_800);
      expect(heightM, `row ${row}`).toBeLessThan(25_200);
    }
  });

  test('a row and its mirror row across the equator have the same number of cells, and fewer than 2,048', () => {
    for (const row of rows) {
      expect(columnsOf(row)).toBe(columnsOf(799 - row));
      expect(columnsOf(row)).toBeLessThan(2_048);
    }
  });
});

describe('the cell of a place [K8]', () => {
  const places: [name: string, a: Position, b: Position][] = [
    ['on the antimeridian with longitude 180 and -180', [180, 48.2], [-180, 48.2]],
    ['on the antimeridian and just east of it', [180, 10], [-179.99, 10]],
    ['at the north pole with any longitude', [-170, 90], [13, 90]],
    ['at the south pole with any longitude', [180, -90], [0, -90]],
    ['on two sides of a pole, close to it', [0, 89.9], [180, 89.9]],
    ['in one village', [16.37, 48.2], [16.38, 48.21]],
  ];
  test.each(places)('two places %s are in one cell', (_, a, b) => {
    expect(cellAt(a)).toBe(cellAt(b));
  });

  test.each([
    ['on either side of the antimeridian', [179.99, 10], [-179.99, 10]],
    ['on either side of the equator', [5, -0.01], [5, 0.01]],
  ] as [string, Position, Position][])('two places %s are in two adjacent cells [K8]', (_, a, b) => {
    expect(cellAt(a)).not.toBe(cellAt(b));
    expect(gapM(cellAt(a), cellAt(b))).toBeLessThan(0.001);
  });

  test('the cell of any place has an existing row and column', () => {
    fc.assert(
      fc.property(position, (place) => {
        const at = cellAt(place);
        expect(Number.isInteger(at)).toBe(true);
        expect(at % 2_048).toBeLessThan(columnsOf(rowOf(at)));
        expect(southOf(rowOf(at))).toBeLessThanOrEqual(place[1] + 1e-9);
        expect(southOf(rowOf(at) + 1)).toBeGreaterThanOrEqual(place[1] - 1e-9);
      }),
    );
  });

  test('every cell is the cell of its own centre', () => {
    for (const row of rows) {
      for (let column = 0; column < columnsOf(row); column += 1) {
        const one = row * 2_048 + column;
        // `expect` is slow, so it runs only for a wrong cell.
        if (cellAt(cellCentre(one)) !== one) expect(cellAt(cellCentre(one))).toBe(one);
      }
    }
  });

  test('at mid latitudes, every place is less than 20 km from the centre of its cell', () => {
    fc.assert(
      fc.property(longitude, fc.double({ min: -60, max: 70, noNaN: true }), (x, y) => {
        expect(distanceM([x, y], cellCentre(cellAt([x, y])))).toBeLessThan(20_000);
      }),
    );
  });
});

describe('the cells east of a cell', () => {
  test('steps east stay in the row and come back around the globe', () => {
    fc.assert(
      fc.property(cell, fc.integer({ min: -5_000, max: 5_000 }), (one, steps) => {
        const other = cellEastOf(one, steps);
        expect(rowOf(other)).toBe(rowOf(one));
        expect(cellEastOf(other, -steps)).toBe(one);
        expect(cellEastOf(one, columnsOf(rowOf(one)))).toBe(one);
      }),
    );
  });

  test('one step east or west leads to the neighbouring cell, even across the antimeridian', () => {
    expect(cellEastOf(cellAt([16, 48]), 1)).toBe(cellAt([16.4, 48]));
    expect(cellEastOf(cellAt([179.99, 48]), 1)).toBe(cellAt([-179.99, 48]));
    expect(cellEastOf(cellAt([-179.99, 48]), -1)).toBe(cellAt([179.99, 48]));
  });
});

describe('the gap between two cells', () => {
  test('the gap from a cell to itself and to its neighbours is zero', () => {
    fc.assert(
      fc.property(cell, (one) => {
        const [x, y] = cellCentre(one);
        const [widthDegrees, around] = [360 / columnsOf(rowOf(one)), [-1, 0, 1]];
        expect(gapM(one, one)).toBe(0);
        for (const steps of around) expect(gapM(one, cellEastOf(one, steps))).toBeLessThan(0.001);
        for (const up of around) {
          for (const aside of around) {
            const beyond: Position = [x + (aside * widthDegrees) / 2, Math.min(90, Math.max(-90, y + up * 0.1126))];
            const wrapped: Position = [((beyond[0] + 540) % 360) - 180, beyond[1]];
            expect(gapM(one, cellAt(wrapped))).toBeLessThan(0.001);
          }
        }
      }),
    );
  });

  test('the gap between two cells is symmetric and never negative', () => {
    fc.assert(
      fc.property(cell, cell, (a, b) => {
        expect(gapM(a, b)).toBe(gapM(b, a));
        expect(gapM(a, b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('the gap between two cells is never larger than the distance of two places in them [K8]', () => {
    // The ellipsoid is up to 0.6 % shorter than the sphere that gaps are measured on.
    fc.assert(
      fc.property(position, position, (a, b) => {
        expect(gapM(cellAt(a), cellAt(b)) * 0.994).toBeLessThanOrEqual(distanceM(a, b) + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the gap between two cells is never larger than the distance of two nearby places in them, even at the poles and the antimeridian [K8]', () => {
    const offset = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    const near = fc.oneof(
      position,
      fc.tuple(fc.constantFrom(-180, 180), latitude),
      fc.tuple(longitude, fc.constantFrom(-89.5, 89.5)),
    );
    fc.assert(
      fc.property(near, offset, offset, ([x, y], east, north) => {
        const stretch = 1 / Math.max(0.01, Math.cos(radians(y)));
        const other: Position = [
          ((((x + east * stretch + 180) % 360) + 360) % 360) - 180,
          Math.min(90, Math.max(-90, y + north)),
        ];
        expect(gapM(cellAt([x, y]), cellAt(other)) * 0.994).toBeLessThanOrEqual(distanceM([x, y], other) + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('at mid latitudes, the gap between two cells is at most 100 km smaller than the distance of their centres', () => {
    const mid = fc.tuple(longitude, fc.double({ min: -60, max: 60, noNaN: true }));
    fc.assert(
      fc.property(
        mid,
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        ([x, y], east, north) => {
          const [a, b] = [
            cellAt([x, y]),
            cellAt([((x + east + 540) % 360) - 180, Math.min(60, Math.max(-60, y + north))]),
          ];
          expect(gapM(a, b)).toBeGreaterThan(distanceM(cellCentre(a), cellCentre(b)) - 100_000);
        },
      ),
    );
  });
});
