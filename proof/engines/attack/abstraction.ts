import type { Shift } from '../../../src/features/presence/shift.rules.ts';
import { endTrimM, measureLines } from '../../../src/features/tracks/line.rules.ts';
import type { LonLat } from '../../../test/support/factories.ts';
import { bucketAt, startOfDayS } from '../../../test/support/published.ts';

export type Plan = { line: readonly LonLat[]; startsOn: string; dailyDistanceM: number };

const daySeconds = 86_400;

export type Passage = { cell: number; fromM: number; toM: number };

/** The cells a line passes, from where to where along it, without its ends. */
export function passagesOf(line: readonly LonLat[]): Passage[] {
  const columns = {
    longitudes: Float64Array.from(line, ([longitude]) => longitude),
    latitudes: Float64Array.from(line, ([, latitude]) => latitude),
    elevationsM: new Float64Array(line.length).fill(Number.NaN),
    recordedAtMs: new Float64Array(line.length).fill(Number.NaN),
  };
  const [measured] = measureLines([{ name: undefined, segments: [columns] }]) ?? [];
  if (!measured) throw new Error('too long a line');
  const { cells, cellEntriesM, distanceM } = measured;
  return cells.map((cell, n) => ({
    cell,
    fromM: cellEntriesM[n] ?? 0,
    toM: cellEntriesM[n + 1] ?? distanceM - endTrimM,
  }));
}

/** Which cells and buckets are published of a plan that passes them so, as `cell/bucket` in order. */
export function published(
  passages: readonly Passage[],
  { startsOn, dailyDistanceM }: Omit<Plan, 'line'>,
  shift: Shift,
): string[] {
  const rows = new Set<string>();
  const bucketOf = (alongM: number) =>
    bucketAt(startOfDayS(startsOn) + (alongM / dailyDistanceM) * daySeconds, startsOn, shift);
  for (const { cell, fromM, toM } of passages) {
    for (let bucket = bucketOf(fromM); bucket <= bucketOf(toM); bucket += 1) rows.add(`${cell}/${bucket}`);
  }
  return [...rows].sort();
}

/** All that is published of a plan. */
export const abstractionOf = (plan: Plan, shift: Shift): string => published(passagesOf(plan.line), plan, shift).join();
