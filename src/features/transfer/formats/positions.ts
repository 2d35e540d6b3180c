import { parseDecimal } from './xml-values.ts';

/** A position in a file. `isAbsent` says that the file writes no position at all, as a receiver without one does. */
export type FilePosition =
  | { ok: true; longitude: number; latitude: number }
  | { ok: false; isAbsent: boolean; why: string };

const absentTexts: ReadonlySet<string> = new Set(['', 'nan', 'null', 'undefined']);
/** Maps that go round more than once write longitudes beyond 180. */
const maxLongitude = 540;

/** Reads a position on WGS84. A longitude beyond 180 is that of the same meridian within -180..180. */
export function readPosition(latitudeText: string | undefined, longitudeText: string | undefined): FilePosition {
  const [latitude, longitude] = [degreesOf(latitudeText), degreesOf(longitudeText)];
  return positionOf(latitude, longitude) ?? refuse(latitudeText, longitudeText);
}

/** The position of two numbers; undefined where there is none. */
export const positionOf = (latitude: number, longitude: number): FilePosition | undefined =>
  Math.abs(latitude) <= 90 && Math.abs(longitude) <= maxLongitude
    ? { ok: true, longitude: wrapLongitude(longitude), latitude }
    : undefined;

/** Old versions of OpenTracks and My Tracks write a pause as a point with latitude 100, and its end as one with 200. */
const isPause = (latitude: number, longitude: number): boolean =>
  longitude === 0 && (latitude === 100 || latitude === 200);

function refuse(latitudeText: string | undefined, longitudeText: string | undefined): FilePosition {
  const [latitude, longitude] = [degreesOf(latitudeText), degreesOf(longitudeText)];
  const isAbsent =
    isPause(latitude, longitude) ||
    ((isAbsentText(latitudeText) || Math.abs(latitude) > 90) &&
      (isAbsentText(longitudeText) || Math.abs(longitude) >= 180));
  const why =
    Math.abs(latitude) <= 90
      ? explain('lon', longitudeText, `is no number from -${maxLongitude} to ${maxLongitude}`)
      : explain('lat', latitudeText, 'is no number from -90 to 90');
  return { ok: false, isAbsent, why };
}

/**
 * No rider has been outside of these limits. Devices write values such as -32768, -9999 or 65535 for an unknown
 * elevation.
 */
const [lowestM, highestM] = [-1_000, 20_000];

/** The elevation, or undefined for one that cannot be used. */
export const usableElevation = (elevationM: number | undefined): number | undefined =>
  elevationM !== undefined && elevationM >= lowestM && elevationM <= highestM ? elevationM : undefined;

const degreesOf = (text: string | undefined): number =>
  (text === undefined ? undefined : parseDecimal(text)) ?? Number.NaN;

const isAbsentText = (text: string | undefined): boolean =>
  text === undefined || absentTexts.has(text.trim().toLowerCase());

const explain = (name: string, text: string | undefined, fault: string): string =>
  text === undefined ? `${name} is missing` : `${name}="${text.slice(0, 40)}" ${fault}`;

function wrapLongitude(longitude: number): number {
  if (Math.abs(longitude) <= 180) return longitude;
  return Number((longitude > 0 ? longitude - 360 : longitude + 360).toFixed(9));
}

type Points = { readonly longitudes: Float64Array; readonly latitudes: Float64Array };

/** A degree is at most 111 km, so a line with points this near may really pass 0, 0. */
const nearDegrees = 1;

export const isZero = (longitude: number, latitude: number): boolean => longitude === 0 && latitude === 0;

export const isNearZero = (longitude: number, latitude: number): boolean =>
  Math.abs(longitude) <= nearDegrees && Math.abs(latitude) <= nearDegrees;

/** The indexes of points at exactly 0, 0 whose neighbours elsewhere are far away. Unplaced points are skipped. */
export function indexesAtZero({ longitudes, latitudes }: Points): number[] {
  const found: number[] = [];
  let pending: number[] = [];
  let isBeforeNear = false;
  longitudes.forEach((longitude, index) => {
    const latitude = latitudes[index] ?? Number.NaN;
    if (isZero(longitude, latitude)) pending.push(index);
    if (Number.isNaN(longitude) || isZero(longitude, latitude)) return;
    const isNear = isNearZero(longitude, latitude);
    if (!isBeforeNear && !isNear) found.push(...pending);
    pending = [];
    isBeforeNear = isNear;
  });
  return isBeforeNear ? found : [...found, ...pending];
}
