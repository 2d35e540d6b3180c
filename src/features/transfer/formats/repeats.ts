import type { Line, Segment } from './reading.ts';

type Points = Pick<Segment, 'longitudes' | 'latitudes' | 'recordedAtMs'>;
type Candidate = { index: number; kind: Line['kind']; points: Points; hasTimes: boolean };

/** A point on a road is often placed this far beside the line that follows the road. */
const reachDegrees = 100 / 111_320;

/** Files of people are compared in far fewer steps. A file that needs more keeps its other lines. */
const maxSteps = 5_000_000;

/**
 * The lines that repeat another line of the file, and which. Programs write a route beside the track that follows it,
 * or a track twice. A route and a track are one way if the points of one lie along the other, in order and from end to
 * end. Two tracks or two routes are one only if all points and times are equal, because a way may be ridden twice. Of two
 * lines the one with times stays, else the one with more points.
 */
export function findRepeats(lines: readonly Line[]): ReadonlyMap<number, number> {
  const repeats = new Map<number, number>();
  if (lines.length < 2) return repeats;
  const candidates = lines.map(({ kind, segments }, index): Candidate => {
    const points = joinSegments(segments);
    return { index, kind, points, hasTimes: points.recordedAtMs.some((ms) => !Number.isNaN(ms)) };
  });
  let stepsLeft = maxSteps;
  candidates.forEach((one, index) => {
    for (const other of candidates.slice(0, index)) {
      stepsLeft -= 1;
      if (repeats.has(one.index)) return;
      if (repeats.has(other.index) || stepsLeft <= 0 || !haveEqualEnds(one.points, other.points)) continue;
      stepsLeft -= one.points.longitudes.length + other.points.longitudes.length;
      const [better, worse] = isBetter(one, other) ? [one, other] : [other, one];
      if (isOneWay(better, worse)) repeats.set(worse.index, better.index);
    }
  });
  return repeats;
}

const isBetter = (one: Candidate, other: Candidate): boolean =>
  one.hasTimes === other.hasTimes ? one.points.longitudes.length > other.points.longitudes.length : one.hasTimes;

function isOneWay(better: Candidate, worse: Candidate): boolean {
  if (better.kind === worse.kind) return isEqual(better.points, worse.points);
  return follows(worse.points, better.points) || follows(better.points, worse.points);
}

const isEqual = (a: Points, b: Points): boolean =>
  a.longitudes.length === b.longitudes.length &&
  a.longitudes.every(
    (longitude, index) =>
      longitude === b.longitudes[index] &&
      a.latitudes[index] === b.latitudes[index] &&
      Object.is(a.recordedAtMs[index], b.recordedAtMs[index]),
  );

/** Whether each point of `coarse` lies beside `fine`, in the order of `fine`. */
function follows(coarse: Points, fine: Points): boolean {
  let leg = 0;
  return coarse.longitudes.every((_, index) => {
    while (leg < fine.longitudes.length - 1) {
      if (degreesToLeg(coarse, index, fine, leg) <= reachDegrees) return true;
      leg += 1;
    }
    return false;
  });
}

const haveEqualEnds = (a: Points, b: Points): boolean =>
  degreesBetween(a, 0, b, 0) <= reachDegrees &&
  degreesBetween(a, a.longitudes.length - 1, b, b.longitudes.length - 1) <= reachDegrees;

const degreesBetween = (a: Points, at: number, b: Points, index: number): number =>
  Math.hypot(...offset(a, at, b, index));

/** The distance on a plane around the point, in degrees of latitude. */
function degreesToLeg(points: Points, at: number, line: Points, leg: number): number {
  const [fromX, fromY] = offset(points, at, line, leg);
  const [toX, toY] = offset(points, at, line, leg + 1);
  const [x, y] = [toX - fromX, toY - fromY];
  const squared = x * x + y * y;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, -(fromX * x + fromY * y) / squared));
  return Math.hypot(fromX + share * x, fromY + share * y);
}

/** Where a point of a line lies, seen from another point. */
function offset(points: Points, at: number, line: Points, index: number): [x: number, y: number] {
  const latitude = valueAt(points.latitudes, at);
  const east = (valueAt(line.longitudes, index) - valueAt(points.longitudes, at) + 540) % 360;
  return [(east - 180) * Math.cos((latitude * Math.PI) / 180), valueAt(line.latitudes, index) - latitude];
}

const valueAt = (column: Float64Array, index: number): number => column[index] ?? Number.NaN;

function joinSegments(segments: readonly Segment[]): Points {
  const [first] = segments;
  if (first && segments.length === 1) return first;
  return {
    longitudes: join(segments.map(({ longitudes }) => longitudes)),
    latitudes: join(segments.map(({ latitudes }) => latitudes)),
    recordedAtMs: join(segments.map(({ recordedAtMs }) => recordedAtMs)),
  };
}

function join(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
