import { addDays, dayOf } from '../../lib/days.ts';
import { distanceM, type Position } from '../../lib/geodesy.ts';
import { cellCentre, cellEastOf, gapM } from '../../lib/grid.ts';

export const distanceBandsM = [25_000, 50_000, 100_000, 200_000, 500_000] as const;
export const bucketDays = 3;
const minStretchM = 50_000;

/** The search of a caller who gives no options, and of digests. */
export const defaultSearch = { radiusM: 100_000, windowDays: 7, isAnyTime: false, limit: 50 } as const;

/** The distances that a search looks within, in ascending order: the bands below the radius, then the radius itself. */
export const reachesOf = (radiusM: number): number[] => [...distanceBandsM.filter((bandM) => bandM < radiusM), radiusM];

/**
 * How many rows of presence (blocks of cells in six days) a journey may have that searches this far: at most 480, and
 * 100 within 500 km. The work of a search grows with both. A journey of a month has about 33.
 */
export const maxRowsWithin = (radiusM: number): number => Math.floor(600 / (1 + radiusM / 100_000));

/** The band is an upper limit of the distance, which itself is never shown. */
export const bandOf = (reachM: number): number => distanceBandsM.find((bandM) => reachM <= bandM) ?? distanceBandsM[4];

/**
 * How many buckets apart two riders may be whose true days are `windowDays` apart. One bucket more allows for the shift
 * and the skew of each: docs/discovery.md measures how many encounters are found with it.
 */
export const bucketsWithin = (windowDays: number): number => Math.ceil((windowDays + bucketDays) / bucketDays);

export type Days = { from: string; to: string };

/** The three days that a bucket stands for; undefined for the bucket of undated cells. */
export function bucketSpan(bucket: number): Days | undefined {
  if (bucket < 0) return;
  const from = addDays('1970-01-01', bucket * bucketDays);
  return { from, to: addDays(from, bucketDays - 1) };
}

/** A cell of a rider's own way in a bucket, and the first and last moment of the rider there. */
export type PathStep = { cell: number; bucket: number; firstMs: number | undefined; lastMs: number | undefined };

/**
 * The step of a rider's own way that is nearest to the other rider's cell: within the bucket, or of the whole way where
 * days do not count or where the steps of the bucket have become too old.
 */
export function meetingStep(path: readonly PathStep[], theirCell: number, myBucket: number | undefined): number {
  const hasBucket = path.some(({ bucket }) => bucket === myBucket);
  let [nearest, nearestM] = [0, Number.POSITIVE_INFINITY];
  path.forEach(({ cell, bucket }, index) => {
    const apartM = !hasBucket || bucket === myBucket ? gapM(cell, theirCell) : Number.POSITIVE_INFINITY;
    if (apartM < nearestM) [nearest, nearestM] = [index, apartM];
  });
  return nearest;
}

/**
 * A stretch of a rider's own way around a step, cell by cell, until it is 50 km long, and the days of the rider there. A
 * way back through the same cells adds no length, because it would hide the place no better.
 */
export function stretchAround(path: readonly PathStep[], at: number): { line: Position[]; days: Days | undefined } {
  const here = path[at]?.cell ?? 0;
  const seen = new Set([here]);
  let [from, to, lengthM] = [at, at, 0];
  while (lengthM < minStretchM && (from > 0 || to < path.length - 1)) {
    const isForwardNext = to < path.length - 1 && (from === 0 || to - at <= at - from);
    if (isForwardNext) to += 1;
    else from -= 1;
    const next = path[isForwardNext ? to : from]?.cell ?? here;
    if (!seen.has(next)) lengthM += legM(path, isForwardNext ? to - 1 : from);
    seen.add(next);
  }
  const steps = path.slice(from, to + 1);
  // Two steps in a row may have the same cell in different buckets.
  const cells = steps.map(({ cell }) => cell).filter((cell, index, all) => cell !== all[index - 1]);
  // A way that is too short to hide the place is extended to the cells west and east of it.
  const drawn = lengthM < minStretchM ? [cellEastOf(here, -1), here, cellEastOf(here, 1)] : cells;
  return { line: drawn.map(cellCentre), days: daysOf(steps) };
}

/** The distance from a step to the next one. */
function legM(path: readonly PathStep[], index: number): number {
  const [here, next] = [path[index]?.cell ?? 0, path[index + 1]?.cell ?? 0];
  return here === next ? 0 : distanceM(cellCentre(here), cellCentre(next));
}

function daysOf(steps: readonly PathStep[]): Days | undefined {
  const timesMs = steps.flatMap(({ firstMs, lastMs }) => [firstMs, lastMs]).filter((timeMs) => timeMs !== undefined);
  if (timesMs.length === 0) return;
  return { from: dayOf(new Date(Math.min(...timesMs))), to: dayOf(new Date(Math.max(...timesMs))) };
}

export type JourneyFault = 'private' | 'completed' | 'publishing' | 'undated';

/** A rider searches only from a dated journey that others see. A journey that goes on is not over for them at once. */
export function journeyFault(
  {
    visibility,
    status,
    is_over,
    is_publishing,
  }: {
    visibility: string;
    status: string;
    is_over: boolean;
    is_publishing: boolean;
  },
  path: readonly PathStep[],
): JourneyFault | undefined {
  if (visibility === 'private') return 'private';
  if (status === 'completed' || is_over) return 'completed';
  if (is_publishing) return 'publishing';
  return path.every(({ firstMs }) => firstMs === undefined) ? 'undated' : undefined;
}
