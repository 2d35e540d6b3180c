import { shiftSeconds } from '../../src/features/discovery/shift.rules.ts';
import { endTrimM, measureLines } from '../../src/features/tracks/line.rules.ts';
import { config } from '../../test/support/app.ts';
import type { LonLat } from '../../test/support/factories.ts';

export type Plan = { line: readonly LonLat[]; startsOn: string; dailyDistanceM: number };

const bucketS = 259_200;
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

/** The seconds since 1970 of a plan's first noon. */
export const firstNoonS = (startsOn: string): number => Date.parse(`${startsOn}T12:00:00Z`) / 1_000;

/** Which cells and buckets are published of passages ridden at a pace, as `cell/bucket` in order. */
export function published(
  passages: readonly Passage[],
  noonS: number,
  dailyDistanceM: number,
  shiftS: number,
): string[] {
  const rows = new Set<string>();
  for (const { cell, fromM, toM } of passages) {
    for (let day = Math.floor(fromM / dailyDistanceM); day <= Math.floor(toM / dailyDistanceM); day += 1)
      rows.add(`${cell}/${Math.floor((noonS + day * daySeconds + shiftS) / bucketS)}`);
  }
  return [...rows].sort();
}

/** All that is published of a plan. */
export const abstractionOf = ({ line, startsOn, dailyDistanceM }: Plan, shiftS: number): string =>
  published(passagesOf(line), firstNoonS(startsOn), dailyDistanceM, shiftS).join();

export const shiftOf = ({ id }: { id: string }, journeyId: string): number =>
  shiftSeconds(config.keys.shift, id, journeyId);
