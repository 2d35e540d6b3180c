import { addDays, dayOf } from '../../lib/days.ts';
import { distanceM, type Position } from '../../lib/geodesy.ts';
import { cellCentre, cellEastOf, gapM } from '../../lib/grid.ts';

export const distanceBandsM = [25_000, 50_000, 100_000, 200_000, 500_000] as const;
export const bucketDays = 3;
const shortestStretchM = 50_000;

/** The distances a search looks within, in ascending order: the bands below the radius, then the radius itself. */
export const reachesOf = (radiusM: number): number[] => [...distanceBandsM.filter((bandM) => bandM < radiusM), radiusM];

/** The band says how near the two may come, never how near they do. */
export const bandOf = (reachM: number): number => distanceBandsM.find((bandM) => reachM <= bandM) ?? distanceBandsM[4];

/**
 * How many buckets apart two riders may be who are `windowDays` apart in truth. Each has a shift and a skew, for which
 * there is a bucket more: docs/discovery.md has how many are met with it.
 */
export const bucketsWithin = (windowDays: number): number => Math.ceil((windowDays + bucketDays) / bucketDays);

export type Days = { from: string; to: string };

/** The three days a bucket stands for; undefined for the bucket of what has no day. */
export function bucketSpan(bucket: number): Days | undefined {
  if (bucket < 0) return;
  const from = addDays('1970-01-01', bucket * bucketDays);
  return { from, to: addDays(from, bucketDays - 1) };
}

/** A cell of my way in a bucket, and from when to when I am there. */
export type PathStep = { cell: number; bucket: number; firstMs: number | undefined; lastMs: number | undefined };

/**
 * Where on my way somebody in that cell is met: the nearest step of the bucket; of any where days do not count, or where
 * what I rode in it has become too old by now.
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

/** My way around a step of it, cell by cell, until it is 50 km long, and the days I am there. */
export function stretchAround(path: readonly PathStep[], at: number): { line: Position[]; days: Days | undefined } {
  let [from, to, lengthM] = [at, at, 0];
  while (lengthM < shortestStretchM && (from > 0 || to < path.length - 1)) {
    const isForwardNext = to < path.length - 1 && (from === 0 || to - at <= at - from);
    if (isForwardNext) to += 1;
    else from -= 1;
    lengthM += legM(path, isForwardNext ? to - 1 : from);
  }
  const steps = path.slice(from, to + 1);
  // A cell where two buckets meet is one place.
  const cells = steps.map(({ cell }) => cell).filter((cell, index, all) => cell !== all[index - 1]);
  const here = path[at]?.cell ?? 0;
  // A way too short to hide in is drawn through the cells to its west and east.
  const drawn = lengthM < shortestStretchM ? [cellEastOf(here, -1), here, cellEastOf(here, 1)] : cells;
  return { line: drawn.map(cellCentre), days: daysOf(steps) };
}

/** From a step to the next one. */
function legM(path: readonly PathStep[], index: number): number {
  const [here, next] = [path[index]?.cell ?? 0, path[index + 1]?.cell ?? 0];
  return here === next ? 0 : distanceM(cellCentre(here), cellCentre(next));
}

function daysOf(steps: readonly PathStep[]): Days | undefined {
  const timesMs = steps.flatMap(({ firstMs, lastMs }) => [firstMs, lastMs]).filter((timeMs) => timeMs !== undefined);
  if (timesMs.length === 0) return;
  return { from: dayOf(new Date(Math.min(...timesMs))), to: dayOf(new Date(Math.max(...timesMs))) };
}
