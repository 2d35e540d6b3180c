import type { Shift } from '../../../src/features/presence/shift.rules.ts';
import { endTrimM, measureLines } from '../../../src/features/tracks/line.rules.ts';
import type { LonLat } from '../../../test/support/factories.ts';
import { bucketAt, startOfDayS } from '../../../test/support/published.ts';

export type Plan = { line: readonly LonLat[]; startsOn: string; dailyDistanceM: number };

const daySeconds = 86_400;

export type Passage = { cell: number; fromM: number; toM: number };

/** The cells that a line passes, with the start and end of each passage along it, without the ends of the line. */
export function passagesOf(line: readonly LonLat[]): Passage[] {
  const columns = {
    longitudes: Float64Array.from(line, ([longitude]) => longitude),
    latitudes: Float64Array.from(line, ([, latitude]) => latitude),
    elevationsM: new Float64Array(line.length).fill(Number.NaN),
    recordedAtMs: new Float64Array(line.length).fill(Number.NaN),
  };
  const [measured] = measureLines([{ name: undefined, riddenOn: [], segments: [columns] }]) ?? [];
  if (!measured) throw new Error('the line is too long');
  const { cells, cellEntriesM, distanceM } = measured;
  return cells.map((cell, n) => ({
    cell,
    fromM: cellEntriesM[n] ?? 0,
    toM: cellEntriesM[n + 1] ?? distanceM - endTrimM,
  }));
}

/** The published cells and buckets of a plan with these passages, as sorted `cell/bucket` texts. */
export function publishedRows(
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

/** The published abstraction of a plan, as one text. */
export const abstractionOf = (plan: Plan, shift: Shift): string =>
  publishedRows(passagesOf(plan.line), plan, shift).join();
