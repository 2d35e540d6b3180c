import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeDistancesM, distanceM, type Position, pointAlong } from '../../src/lib/geodesy.ts';
import { cellAt, cellCentre, cellEastOf, columnsOf } from '../../src/lib/grid.ts';
import { type Passages, passagesOf } from '../../src/lib/grid-passages.ts';

type Fix = readonly [longitude: number, latitude: number, ms?: number];

const column = (fixes: readonly Fix[], at: 0 | 1 | 2): Float64Array =>
  Float64Array.from(fixes, (fix) => fix[at] ?? Number.NaN);

function measured(parts: readonly (readonly Fix[])[]) {
  const columns = parts.map((fixes) => ({
    longitudes: column(fixes, 0),
    latitudes: column(fixes, 1),
    recordedAtMs: column(fixes, 2),
  }));
  const distancesM = cumulativeDistancesM(columns);
  return columns.map((part, n) => ({ ...part, distancesM: distancesM[n] ?? new Float64Array() }));
}

const passed = (parts: readonly (readonly Fix[])[], trimM = 0): Passages => passagesOf(measured(parts), trimM);
const lengthOf = (parts: readonly (readonly Fix[])[]): number => measured(parts).at(-1)?.distancesM.at(-1) ?? 0;
const place = ([longitude, latitude]: Fix): Position => [longitude, latitude];

/** Places every 100 m of a line, each with its distance along the line. */
function* samplesOf(parts: readonly (readonly Fix[])[]): Generator<{ at: Position; alongM: number }> {
  let startM = 0;
  for (const fixes of parts) {
    for (const [n, to] of fixes.slice(1).entries()) {
      const from = fixes[n] ?? to;
      const metres = distanceM(place(from), place(to));
      const steps = Math.max(1, Math.ceil(metres / 100));
      for (let step = 0; step <= steps; step += 1) {
        yield { at: pointAlong(place(from), place(to), step / steps), alongM: startM + (metres * step) / steps };
      }
      startM += metres;
    }
  }
}

const near = (fix: Fix, east: number, north: number): Fix => [
  ((((fix[0] + east + 180) % 360) + 360) % 360) - 180,
  Math.min(90, Math.max(-90, fix[1] + north)),
];
/** The samples miss a corner that is shorter than the distance between two of them, but it lies beside them. */
function cellsWithin100M(samples: readonly { at: Position }[]): Set<number> {
  const offsets = [-0.001, 0, 0.001];
  return new Set(
    samples.flatMap(({ at: [x, y] }) => {
      const stretch = 1 / Math.max(0.001, Math.cos((y * Math.PI) / 180));
      return offsets.flatMap((east) => offsets.map((north) => cellAt(place(near([x, y], east * stretch, north)))));
    }),
  );
}

/** The cells in which the line is at a distance along it, by its passages. */
const cellsAround = ({ cells, entriesM }: Passages, alongM: number, slackM: number): Set<number | undefined> => {
  const within = cells.filter((_, n) => {
    const [enteredM, leftM] = [entriesM[n] ?? 0, entriesM[n + 1] ?? Number.POSITIVE_INFINITY];
    return enteredM <= alongM + slackM && leftM >= alongM - slackM;
  });
  return new Set(within);
};

/** Positions off the lines of the grid, where rounding would decide. */
const degrees = (most: number) =>
  fc.integer({ min: -most * 1_000, max: most * 1_000 }).map((n) => n / 1_000 + 0.000_37);
const latitude = fc.oneof(degrees(75), fc.constantFrom(-89.8, -88.3, 88.6, 89.7));
const line: fc.Arbitrary<Fix[]> = fc
  .tuple(degrees(180), latitude, fc.array(fc.tuple(degrees(0.6), degrees(0.6)), { minLength: 1, maxLength: 12 }))
  .map(([x, y, steps]) => {
    const fixes: Fix[] = [[x, y]];
    for (const [east, north] of steps) fixes.push(near(fixes.at(-1) ?? [x, y], east, north));
    return fixes;
  });

const lines = fc.array(line, { minLength: 1, maxLength: 3 });

describe('cells along a line', () => {
  test('the passages of a line include every cell it passes, except for corners below half a kilometre', () => {
    fc.assert(
      fc.property(lines, (parts) => {
        const passages = passed(parts);
        // How far one cell is missed while the line cuts its corner.
        let unseenM = 0;
        let before: number | undefined;
        let beforeM = 0;
        for (const { at, alongM } of samplesOf(parts)) {
          const isSeen = cellsAround(passages, alongM, 510).has(cellAt(at));
          unseenM = !isSeen && before === cellAt(at) ? unseenM + alongM - beforeM : 0;
          expect(unseenM).toBeLessThanOrEqual(500);
          [before, beforeM] = [cellAt(at), alongM];
        }
      }),
    );
  });

  test('the passages of a line include no cell that the line does not come near', () => {
    fc.assert(
      fc.property(lines, (parts) => {
        const { cells, entriesM } = passed(parts);
        const samples = [...samplesOf(parts)];
        for (const [n, cell] of cells.entries()) {
          const enteredM = entriesM[n] ?? Number.NaN;
          const around = samples.filter(({ alongM }) => Math.abs(alongM - enteredM) <= 510);
          expect(cellsWithin100M(around)).toContain(cell);
        }
      }),
    );
  });

  test('the passages of a line are in order, and no cell follows itself', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 30_000 }), (parts, trimM) => {
        const { cells, entriesM, entriesAtMs } = passed(parts, trimM);
        expect([entriesM.length, entriesAtMs.length]).toEqual([cells.length, cells.length]);
        for (const [n, cell] of cells.entries()) {
          expect(cell).not.toBe(cells[n - 1]);
          expect(entriesM[n]).toBeGreaterThanOrEqual(entriesM[n - 1] ?? 0);
        }
      }),
    );
  });

  test('the passages of a line leave out its two trimmed ends and nothing more', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 60_000 }), (parts, trimM) => {
        const lastM = lengthOf(parts) - trimM;
        const { cells, entriesM } = passed(parts, trimM);
        for (const entryM of entriesM) expect(entryM >= trimM && entryM <= lastM).toBe(true);
        // Steps are of 500 m, and shares of a stretch on a sphere.
        const kept = [...samplesOf(parts)].filter(({ alongM }) => Math.min(alongM - trimM, lastM - alongM) >= -510);
        const keptCells = cellsWithin100M(kept);
        for (const cell of cells) expect(keptCells).toContain(cell);
      }),
    );
  });
});

describe('examples of passages [K8]', () => {
  const [start, width] = [cellAt([10, 0.1]), 360 / columnsOf(400)];
  /** A position a number of cells east of the start, along the equator. */
  const east = (cells: number): Fix => [cellCentre(start)[0] + cells * width, 0.1];
  const cellsOf = (...steps: number[]) => steps.map((step) => cellEastOf(start, step));
  const [beforeSeam, afterSeam] = [cellAt([179.95, 0.1]), cellAt([-179.95, 0.1])];

  const cases: [name: string, parts: Fix[][], trimM: number, cells: number[]][] = [
    ['within one cell passes that cell', [[east(0), east(0.3)]], 0, cellsOf(0)],
    ['that stands still passes its cell', [[east(0), east(0)]], 0, cellsOf(0)],
    ['between two far points passes all cells between them', [[east(0), east(4)]], 0, cellsOf(0, 1, 2, 3, 4)],
    ['that runs there and back passes its cells twice', [[east(0), east(2), east(0)]], 0, cellsOf(0, 1, 2, 1, 0)],
    [
      'in two parts passes no cell of the gap',
      [
        [east(0), east(1)],
        [east(9), east(8)],
      ],
      0,
      cellsOf(0, 1, 9, 8),
    ],
    [
      'in two parts in one cell passes it once',
      [
        [east(0), east(0.1)],
        [east(0.2), east(0.3)],
      ],
      0,
      cellsOf(0),
    ],
    ['with trimmed ends passes the cells between them', [[east(0), east(4)]], 30_000, cellsOf(1, 2, 3)],
    [
      'whose ends are trimmed beyond a gap passes no cell',
      [
        [east(0), east(1)],
        [east(8), east(9)],
      ],
      26_000,
      [],
    ],
    [
      'across the antimeridian passes cells on both sides',
      [
        [
          [179.95, 0.1],
          [-179.95, 0.1],
        ],
      ],
      0,
      [beforeSeam, afterSeam],
    ],
    ['shorter than its two trimmed ends passes no cell', [[east(0), east(0.15)]], 2_000, []],
    ['without points passes no cell', [[]], 0, []],
    ['without parts passes no cell', [], 0, []],
  ];
  test.each(cases)('a line %s', (_, parts, trimM, cells) => {
    expect(passed(parts, trimM).cells).toEqual(cells);
  });

  test('a line over the pole passes the cells on both sides of it [K8]', () => {
    const way: Position[] = [
      [10, 89.4],
      [10, 89.6],
      [10, 89.9],
      [-170, 89.6],
      [-170, 89.4],
    ];
    expect(
      passed([
        [
          [10, 89.4],
          [-170, 89.4],
        ],
      ]).cells,
    ).toEqual(way.map((at) => cellAt(at)));
  });

  test('a line whose great circle leaves a cell between two points passes the cell beyond too', () => {
    // The great circle between two places on a row's northern edge runs north of it.
    const row = 695;
    const edge = (row + 1) * 0.225 - 90;
    const cell = cellAt([20, edge - 0.1]);
    const [middle, part] = [cellCentre(cell)[0], 0.45 * (360 / columnsOf(row))];
    const { cells } = passed([
      [
        [middle - part, edge - 1e-5],
        [middle + part, edge - 1e-5],
      ],
    ]);
    expect([cells[0], cells.at(-1)]).toEqual([cell, cell]);
    expect(cells).toContain(cellAt([middle, edge + 1e-5]));
  });

  test('the times of entry are interpolated by distance between those of the points', () => {
    const [from, to] = [east(0), east(4)];
    const { entriesM, entriesAtMs } = passed([
      [
        [...place(from), 0],
        [...place(to), 3_600_000],
      ],
    ]);
    const metres = lengthOf([[from, to]]);
    expect(entriesAtMs).toHaveLength(5);
    for (const [n, ms] of entriesAtMs.entries()) expect(ms).toBeCloseTo((3_600_000 * (entriesM[n] ?? 0)) / metres, 3);
  });

  test('the time of entry is unknown between points without times', () => {
    const unknown = Number.NaN;
    expect(passed([[east(0), east(2)]]).entriesAtMs).toEqual([unknown, unknown, unknown]);
    expect(passed([[[...place(east(0)), 7], east(2)]]).entriesAtMs).toEqual([7, unknown, unknown]);
  });
});
