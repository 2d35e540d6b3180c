import { addDays } from '../../lib/days.ts';
import { mapCellsIn, type Run } from '../../lib/grid.ts';
import { bucketDays } from './encounter.rules.ts';

/** The map's cells, from the finest to the coarsest: 2 ** level rows of the grid high. */
export const levels = [
  { level: 0, cellSizeM: 25_000 },
  { level: 2, cellSizeM: 100_000 },
  { level: 4, cellSizeM: 400_000 },
] as const;

export type Level = (typeof levels)[number];
export const finestLevel: Level = levels[0];

const maxCells = 20_000;
const defaultDays = 30;
const maxBuckets = 123;

const levelAt = (zoom: number): number => (zoom >= 7 ? 0 : zoom >= 4 ? 1 : 2);

const cellCount = (runs: readonly Run[]): number => runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** The cells of a box at a web map's zoom, or coarser cells where the box has too many of them. */
export function cellsToShow(
  box: readonly [number, number, number, number],
  zoom: number,
): { level: Level; runs: readonly Run[] } {
  const coarsest = levels[2];
  const level =
    levels.slice(levelAt(zoom)).find((one) => cellCount(mapCellsIn(one.level, box)) <= maxCells) ?? coarsest;
  return { level, runs: mapCellsIn(level.level, box) };
}

const minAccountAgeMs = 30 * 86_400_000;

/** The map counts only riders whose accounts were created before this, so that to fill up a cell takes a month. */
export const countedFrom = (now: Date): Date => new Date(now.getTime() - minAccountAgeMs);

export type Buckets = { first: number; last: number };

const bucketOn = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / (bucketDays * 86_400_000));

/** The buckets of some days: by default 30 days from today on. */
export function bucketsOf({ from, to }: { from: string | undefined; to: string | undefined }, today: string): Buckets {
  const firstDay = from ?? (to !== undefined && to < today ? to : today);
  const [first, last] = [bucketOn(firstDay), bucketOn(to ?? addDays(firstDay, defaultDays - 1))];
  return { first, last: Math.min(last, first + maxBuckets - 1) };
}

/** The buckets that are counted each night: 30 days back, and a year and a month ahead. */
export const bucketsToCount = (today: string): Buckets => ({
  first: bucketOn(addDays(today, -30)),
  last: bucketOn(addDays(today, 396)),
});
