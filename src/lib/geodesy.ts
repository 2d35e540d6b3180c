import geodesic from 'geographiclib-geodesic';

/** A GeoJSON position (RFC 7946): degrees on WGS84, longitude first. */
export type Position = readonly [longitude: number, latitude: number];

/** One unbroken stretch of a line, as columns of equal length in degrees. */
export type Stretch = { longitudes: Float64Array; latitudes: Float64Array };

const { Geodesic } = geodesic;

/** a²/b of WGS84, the largest radius of curvature. An arc on this sphere is never shorter than on the ellipsoid. */
const maxRadiusM = 6_399_593.626;

/** The length in metres of the shortest path on the WGS84 ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z). */
export const distanceM = ([lonA, latA]: Position, [lonB, latB]: Position): number =>
  Geodesic.WGS84.Inverse(latA, lonA, latB, lonB, Geodesic.DISTANCE).s12 ?? Number.NaN;

/**
 * The metres from the start of a line to each of its points. The gap between two stretches adds nothing: the first
 * point of a stretch has the distance of the last point of the previous one.
 */
export function cumulativeDistancesM(stretches: readonly Stretch[]): Float64Array[] {
  let travelledM = 0;
  return stretches.map(({ longitudes, latitudes }) => {
    let before: Position | undefined;
    return longitudes.map((longitude, index) => {
      const here: Position = [longitude, latitudes[index] ?? Number.NaN];
      if (before) travelledM += distanceM(before, here);
      before = here;
      return travelledM;
    });
  });
}

/** Rounds to centimetres, because smaller digits are noise of the arithmetic. */
export const roundMetres = (metres: number): number => Math.round(metres * 100) / 100;

/**
 * The total ascent in metres. A climb counts from its low to its top once it is `thresholdM` high, and ends with a fall
 * of `thresholdM`. So the noise of a barometer or a terrain model (a few metres up and down) adds nothing, and a steady
 * climb counts in full. `NaN` is skipped, and so is the gap between two stretches. Undefined without elevations.
 */
export function ascentM(stretches: readonly Float64Array[], thresholdM = 5): number | undefined {
  const known = stretches.map((elevationsM) => elevationsM.filter((elevationM) => !Number.isNaN(elevationM)));
  if (known.every((elevationsM) => elevationsM.length === 0)) return undefined;
  return known.reduce((totalM, elevationsM) => totalM + climbM(elevationsM, thresholdM), 0);
}

function climbM(elevationsM: Float64Array, thresholdM: number): number {
  let totalM = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let isClimbing = false;
  for (const elevationM of elevationsM) {
    if (isClimbing) {
      high = Math.max(high, elevationM);
      if (high - elevationM < thresholdM) continue;
      totalM += high - low;
      low = elevationM;
    } else {
      low = Math.min(low, elevationM);
      if (elevationM - low < thresholdM) continue;
      high = elevationM;
    }
    isClimbing = !isClimbing;
  }
  return isClimbing ? totalM + high - low : totalM;
}

/** What a climb needs of a stretch: its elevations, and where it starts and ends. */
export type ClimbStretch = { elevationsM: Float64Array; start: Position; end: Position };

/**
 * The elevations of stretches, where stretches that touch are joined, so that a climb continues from one into the next.
 * They touch if one starts within `maxGapM` of the end of the other, and not `maxStepM` higher or lower. A lift or a
 * train between two stretches is no climb.
 */
export function joinTouching(stretches: readonly ClimbStretch[], maxGapM = 25, maxStepM = 5): Float64Array[] {
  const joined: Float64Array[][] = [];
  stretches.forEach((stretch, index) => {
    const before = stretches[index - 1];
    const isTouching =
      before &&
      distanceM(before.end, stretch.start) <= maxGapM &&
      !(Math.abs(at(before.elevationsM, before.elevationsM.length - 1) - at(stretch.elevationsM, 0)) >= maxStepM);
    if (isTouching) joined.at(-1)?.push(stretch.elevationsM);
    else joined.push([stretch.elevationsM]);
  });
  return joined.map(concat);
}

/**
 * Fills in the missing elevations (`NaN`) of a line: by linear interpolation over the distance between the nearest
 * known points, and with the nearest known elevation at the ends. Undefined when no point has an elevation.
 *
 * @param distancesM as `cumulativeDistancesM` gives them for the same stretches.
 */
export function fillElevations(
  stretches: readonly Float64Array[],
  distancesM: readonly Float64Array[],
): Float64Array[] | undefined {
  const elevationsM = concat(stretches);
  const atM = concat(distancesM);
  let before: number | undefined;
  elevationsM.forEach((elevationM, after) => {
    if (Number.isNaN(elevationM)) return;
    fillBetween(elevationsM, atM, before ?? after, after, before === undefined ? 0 : before + 1);
    before = after;
  });
  if (before === undefined) return undefined;
  elevationsM.fill(at(elevationsM, before), before + 1);

  let end = 0;
  return stretches.map(({ length }) => {
    end += length;
    return elevationsM.subarray(end - length, end);
  });
}

function fillBetween(elevationsM: Float64Array, atM: Float64Array, before: number, after: number, from: number): void {
  const lengthM = at(atM, after) - at(atM, before);
  const riseM = at(elevationsM, after) - at(elevationsM, before);
  for (let index = from; index < after; index++) {
    const share = lengthM > 0 ? (at(atM, index) - at(atM, before)) / lengthM : 0;
    elevationsM[index] = at(elevationsM, before) + share * riseM;
  }
}

const at = (column: Float64Array, index: number): number => column[index] ?? Number.NaN;

/** One column after the other. */
export function concat(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let start = 0;
  for (const column of columns) {
    whole.set(column, start);
    start += column.length;
  }
  return whole;
}

/**
 * The position at `fraction` (0 to 1) of the great circle from `a` to `b`, on a sphere. The path is continuous across
 * the antimeridian and the poles, and longitudes are in -180..180. Opposite points have many great circles: the path
 * then goes over the north pole, or from a pole along a fixed meridian.
 */
export function pointAlong(a: Position, b: Position, fraction: number): Position {
  const [from, to] = [toVector(a), toVector(b)];
  const arc = angleBetween(from, to);
  const normal = cross(from, to);
  const size = Math.hypot(...normal);
  const hasDirection = size > 1e-14;
  const towards = hasDirection ? cross(normal, from) : toVector([a[0], a[1] + 90]);
  const along = Math.cos(arc * fraction);
  const aside = Math.sin(arc * fraction) / (hasDirection ? size : 1);
  return toPosition([
    along * from[0] + aside * towards[0],
    along * from[1] + aside * towards[1],
    along * from[2] + aside * towards[2],
  ]);
}

/**
 * Evenly spaced positions strictly between `a` and `b` along the great circle, so that no step is longer than
 * `maxStepM` on the ellipsoid. The list is empty when the two points are that near already.
 *
 * @throws RangeError when `maxStepM` is not above zero.
 */
export function densify(a: Position, b: Position, maxStepM: number): Position[] {
  if (!(maxStepM > 0)) throw new RangeError('maxStepM must be above zero');
  const steps = Math.ceil((angleBetween(toVector(a), toVector(b)) * maxRadiusM) / maxStepM);
  return Array.from({ length: Math.max(0, steps - 1) }, (_, index) => pointAlong(a, b, (index + 1) / steps));
}

type Vector = readonly [number, number, number];

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (angle: number): number => (angle * 180) / Math.PI;

function toVector([longitude, latitude]: Position): Vector {
  const [lambda, phi] = [radians(longitude), radians(latitude)];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

const toPosition = ([x, y, z]: Vector): Position => [
  degrees(Math.atan2(y, x)),
  degrees(Math.atan2(z, Math.hypot(x, y))),
];

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** The arc tangent stays exact for steps of a few metres, and the arc cosine does not. */
const angleBetween = (a: Vector, b: Vector): number => Math.atan2(Math.hypot(...cross(a, b)), dot(a, b));
