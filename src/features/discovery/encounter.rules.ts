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

export type PathStep = { cell: number; bucket: number; firstAt: Date | undefined; lastAt: Date | undefined };

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
  let [from, to] = [at, at];
  while (lengthM(path, from, to) < shortestStretchM && (from > 0 || to < path.length - 1)) {
    const isForwardNext = to < path.length - 1 && (from === 0 || to - at <= at - from);
    if (isForwardNext) to += 1;
    else from -= 1;
  }
  const steps = path.slice(from, to + 1);
  // A cell where two buckets meet is one place.
  const cells = steps.map(({ cell }) => cell).filter((cell, index, all) => cell !== all[index - 1]);
  return { line: widened(cells.map(cellCentre), path[at]?.cell ?? 0), days: daysOf(steps) };
}

function lengthM(path: readonly PathStep[], from: number, to: number): number {
  const centres = path.slice(from, to + 1).map(({ cell }) => cellCentre(cell));
  return lineLengthM(centres);
}

const lineLengthM = (line: readonly Position[]): number =>
  line.reduce((sum, position, index) => {
    const before = line[index - 1];
    return before ? sum + distanceM(before, position) : sum;
  }, 0);

/** A way too short to hide in is drawn through the cells to its west and east. */
function widened(line: Position[], cell: number): Position[] {
  if (lineLengthM(line) >= shortestStretchM) return line;
  return [cellEastOf(cell, -1), cell, cellEastOf(cell, 1)].map(cellCentre);
}

function daysOf(steps: readonly PathStep[]): Days | undefined {
  const times = steps.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).filter((time) => time !== undefined);
  const sorted = times.map(dayOf).sort();
  const [from, to] = [sorted[0], sorted.at(-1)];
  return from && to ? { from, to } : undefined;
}
