import { describe, expect, test } from 'vitest';
import { cellAt } from '../../../src/lib/grid.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, pointsOf, readRoute, track } from '../tracks/lines.ts';

async function createPlan(points: Fix[]) {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  const receipt = await importFile(rider, id, gpx(track([points])));
  const stats = (await rider.get(`/v1/journeys/${id}/stats`)).json;
  const rows = await sql`select cell from presence_cells where journey_id = ${id} order by cell`;
  const [feature] = await readRoute(rider, id);
  return { receipt, stats, cells: rows.map(({ cell }): number => cell), shown: feature && pointsOf(feature) };
}

/** Two kilometres are hidden at either end; the rest of the line passes through these cells and no others. */
const cellsOf = (points: readonly Fix[]) =>
  [...new Set(points.map(([longitude, latitude]) => cellAt([longitude, latitude])))].toSorted((a, b) => a - b);
const between = (from: Fix, to: Fix, steps = 2_000): Fix[] =>
  Array.from({ length: steps + 1 }, (_, n) => [
    from[0] + ((to[0] - from[0]) * n) / steps,
    from[1] + ((to[1] - from[1]) * n) / steps,
  ]);

describe('imported lines over the antimeridian [K8]', () => {
  const wrapped = ([longitude, latitude]: Fix): Fix => [longitude > 180 ? longitude - 360 : longitude, latitude];
  const inside = between([178.55, 0.1], [181.45, 0.1]).map(wrapped);

  test.each([
    ['with a point every kilometre', between([178.5, 0.1], [181.5, 0.1], 333).map(wrapped)],
    [
      'with no points but its ends',
      [
        [178.5, 0.1],
        [-178.5, 0.1],
      ] as Fix[],
    ],
  ])(
    'a line over the antimeridian %s has its true length and passes through the cells on both sides only',
    async (_, points) => {
      const { receipt, stats, cells, shown } = await createPlan(points);
      expect(receipt.distance_m).toBeGreaterThan(333_900);
      expect(receipt.distance_m).toBeLessThan(334_000);
      expect(stats.bounding_box).toEqual([178.5, 0.1, -178.5, 0.1]);
      expect(shown?.map(([longitude]) => longitude).filter((longitude) => Math.abs(longitude) < 180)).toEqual(
        points.map(([longitude]) => Number(longitude.toFixed(7))),
      );
      const ends = [cellAt([178.5, 0.1]), cellAt([-178.5, 0.1])];
      expect(cells.filter((cell) => !ends.includes(cell))).toEqual(
        cellsOf(inside).filter((cell) => !ends.includes(cell)),
      );
    },
  );
});

describe('imported lines through the pole [K8]', () => {
  test.each([
    [
      'with a point on it',
      [
        [10, 89],
        [77, 90],
        [-170, 89],
      ],
    ],
    [
      'between two points',
      [
        [10, 89],
        [-170, 89],
      ],
    ],
  ] as [string, Fix[]][])('a line through the pole %s goes straight over it', async (_, points) => {
    const { receipt, cells } = await createPlan(points);
    expect(Math.abs(receipt.distance_m - 223_388)).toBeLessThan(2);
    const inside = [...between([10, 89.03], [10, 90]), ...between([-170, 90], [-170, 89.03])];
    expect(cells).toEqual(cellsOf(inside));
  });

  test('the bounding box of a line through the pole is that of its points', async () => {
    const { stats } = await createPlan([
      [10, 89],
      [77, 90],
      [-170, 89],
    ]);
    expect(stats.bounding_box[1]).toBe(89);
    expect(stats.bounding_box[3]).toBe(90);
  });
});
