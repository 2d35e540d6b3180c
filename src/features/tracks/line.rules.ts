import { multiLineStringZMBytes } from '../../lib/ewkb.ts';
import {
  ascentM,
  type ClimbStretch,
  concat,
  cumulativeDistancesM,
  fillElevations,
  joinTouching,
  roundMetres,
} from '../../lib/geodesy.ts';
import { passagesOf } from '../../lib/grid-passages.ts';
import { type SensorColumns, sensorBytesOf } from './sensor.rules.ts';
import type { NewTrack } from './track.table.ts';

/** A line often begins or ends at a home, so this much of both ends is never published, unless it joins another line. */
export const endTrimM = 2_000;

/** A line as it was read from a file. The columns of a segment have equal length; NaN marks a missing value. */
export type DraftLine = {
  name: string | undefined;
  /** The days of its times, each by the clock of its place; empty without times. */
  riddenOn: readonly string[];
  segments: readonly ({
    longitudes: Float64Array;
    latitudes: Float64Array;
    elevationsM: Float64Array;
    recordedAtMs: Float64Array;
  } & SensorColumns)[];
};

type TrackMeasures = Pick<
  NewTrack,
  | 'name'
  | 'line'
  | 'hasElevation'
  | 'recordedAt'
  | 'riddenOn'
  | 'pointCount'
  | 'bytes'
  | 'distanceM'
  | 'ascentM'
  | 'cells'
  | 'cellEntriesM'
  | 'cellEntriesAt'
>;

/** Far more than any journey has, but little enough for one request and one response. */
export const maxPerJourney = { lines: 1_000, points: 1_000_000, distanceM: 100_000_000 };

/**
 * The columns to store of each line. Undefined if all lines together are longer than a journey may be: a line that leaps
 * around the globe passes too many cells to compute.
 */
export function measureLines(lines: readonly DraftLine[]): TrackMeasures[] | undefined {
  const measured = lines.map((line) => ({ line, distancesM: cumulativeDistancesM(line.segments) }));
  const lengthM = measured.reduce((sum, { distancesM }) => sum + lastOf(distancesM), 0);
  return lengthM > maxPerJourney.distanceM
    ? undefined
    : measured.map(({ line, distancesM }) => measureLine(line, distancesM));
}

const timeBytes = 8;
const dayBytes = 4;
/** A cell, and where and when the line enters it. */
const cellBytes = 4 + 8 + 8;

const lastOf = (distancesM: readonly Float64Array[]): number => distancesM.at(-1)?.at(-1) ?? 0;

/** The geometry of a line with its measures, its sums, and the cells that it passes. */
function measureLine({ name, riddenOn, segments }: DraftLine, distancesM: readonly Float64Array[]): TrackMeasures {
  const elevationsM = segments.map((segment) => segment.elevationsM);
  const filled = fillElevations(elevationsM, distancesM);
  const line = multiLineStringZMBytes(
    segments.map(({ longitudes, latitudes }, index) => ({
      x: longitudes,
      y: latitudes,
      z: filled?.[index] ?? new Float64Array(longitudes.length),
      m: distancesM[index] ?? new Float64Array(longitudes.length),
    })),
  );
  const times = fillTimes(segments.map(({ recordedAtMs }) => recordedAtMs));
  const measured = segments.map((segment, index) => ({
    ...segment,
    recordedAtMs: times[index] ?? new Float64Array(),
    distancesM: distancesM[index] ?? new Float64Array(),
  }));
  const { cells, entriesM, entriesAtMs } = passagesOf(measured, endTrimM);
  const recordedAt = timesOf(concat(times));
  const climbedM = ascentM(joinTouching(segments.map(toClimb)));

  return {
    name,
    line,
    hasElevation: filled !== undefined,
    recordedAt,
    riddenOn: riddenOn.length > 0 ? [...riddenOn] : null,
    pointCount: segments.reduce((sum, { longitudes }) => sum + longitudes.length, 0),
    bytes:
      line.length +
      (recordedAt?.length ?? 0) * timeBytes +
      riddenOn.length * dayBytes +
      cells.length * cellBytes +
      sensorBytesOf({ segments }),
    distanceM: roundMetres(lastOf(distancesM)),
    ascentM: climbedM === undefined ? null : roundMetres(climbedM),
    cells,
    cellEntriesM: entriesM,
    cellEntriesAt: timesOf(Float64Array.from(entriesAtMs)),
  };
}

const toClimb = ({ elevationsM, longitudes, latitudes }: DraftLine['segments'][number]): ClimbStretch => ({
  elevationsM,
  start: [longitudes[0] ?? Number.NaN, latitudes[0] ?? Number.NaN],
  end: [longitudes.at(-1) ?? Number.NaN, latitudes.at(-1) ?? Number.NaN],
});

/**
 * A point without a time gets that of the next point with one, or of the last one at the end. It is never too early for
 * the delay of a ride, which counts from when the file came at the earliest, and adds no day. Without any time in the
 * line, all stay missing.
 */
function fillTimes(columns: readonly Float64Array[]): Float64Array[] {
  const filled = columns.map((column) => column.slice());
  let next = filled.map((column) => column.findLast((ms) => !Number.isNaN(ms))).findLast((ms) => ms !== undefined);
  for (const column of filled.toReversed()) {
    for (let index = column.length - 1; index >= 0; index--) {
      const ms = column[index] ?? Number.NaN;
      if (Number.isNaN(ms)) column[index] = next ?? Number.NaN;
      else next = ms;
    }
  }
  return filled;
}

/** A line without any time has no times. */
const timesOf = (timesMs: Float64Array): Float64Array | null =>
  timesMs.length > 0 && !timesMs.some((ms) => Number.isNaN(ms)) ? timesMs : null;
