import { distanceM } from '../../../src/lib/geodesy.ts';
import type { Answer, Call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import type { Rider } from '../../support/factories.ts';

/** A point of a file. */
export type Fix = readonly [longitude: number, latitude: number, elevationM?: number, time?: string];

const written =
  (tag: string) =>
  ([longitude, latitude, elevationM, time]: Fix, name = ''): string =>
    `<${tag} lat="${latitude}" lon="${longitude}">${elevationM === undefined ? '' : `<ele>${elevationM}</ele>`}${
      time === undefined ? '' : `<time>${time}</time>`
    }${name && `<name>${name}</name>`}</${tag}>`;

export const waypoint = written('wpt');
const all = (points: readonly Fix[], tag: string) => points.map((point) => written(tag)(point)).join('');

export const track = (segments: readonly (readonly Fix[])[], name = 'Line'): string =>
  `<trk><name>${name}</name>${segments.map((points) => `<trkseg>${all(points, 'trkpt')}</trkseg>`).join('')}</trk>`;

export const route = (points: readonly Fix[], name = 'Line'): string =>
  `<rte><name>${name}</name>${all(points, 'rtept')}</rte>`;

export const gpx = (...content: string[]): string =>
  `<?xml version="1.0"?>\n<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">${content.join('')}</gpx>`;

type Place = { readonly 0: number; readonly 1: number };

export type Kind = 'plan' | 'past';

export const importsOf = (journeyId: string, as: string = 'plan'): string =>
  `/v1/journeys/${journeyId}/imports?as=${as}`;
export const asGpx: Call = { headers: { 'Content-Type': 'application/gpx+xml' } };

/** Imports a file that must be accepted, and gives the receipt. */
export async function importFile(rider: Rider, journeyId: string, file: string | Uint8Array, as: Kind = 'plan') {
  const { status, json, text } = await rider.post(importsOf(journeyId, as), file, asGpx);
  if (status !== 201) throw new Error(`not imported: ${text}`);
  return json;
}

export type Coordinates = [longitude: number, latitude: number, elevationM?: number][];
type Geometry =
  | { type: 'LineString'; coordinates: Coordinates }
  | { type: 'MultiLineString'; coordinates: Coordinates[] };
type Properties = { name: string | null; distance_m: number; ascent_m: number | null };
export type Feature = { id: string; geometry: Geometry; properties: Properties };

export async function readRoute(rider: Rider, journeyId: string, query = ''): Promise<Feature[]> {
  const { status, json, text }: Answer = await rider.get(`/v1/journeys/${journeyId}/route${query}`);
  if (status !== 200) throw new Error(`no route: ${text}`);
  return json.features;
}

/** The lines of a geometry, whether it is one or several. */
export const partsOf = ({ geometry }: Feature): Coordinates[] =>
  geometry.type === 'MultiLineString' ? geometry.coordinates : [geometry.coordinates];

export const pointsOf = (feature: Feature): Coordinates => partsOf(feature).flat();

/** `count` points along a parallel, with hills. */
export const parallel = (count: number, from: Fix, stepDegrees = 0.01): Fix[] =>
  Array.from({ length: count }, (_, n) => [
    Number((from[0] + n * stepDegrees).toFixed(7)),
    from[1],
    Math.round(200 + 100 * Math.sin(n / 5)),
  ]);

/** Metres between two points, not a number where there is none. */
export const metresBetween = (a: Place | undefined, b: Place | undefined): number =>
  a && b ? distanceM([a[0], a[1]], [b[0], b[1]]) : Number.NaN;

/** What PostGIS measures on the ellipsoid, of all parts together and nothing between them. */
export async function lengthM(parts: readonly (readonly Fix[])[]): Promise<number> {
  const texts = parts.map((points) => `(${points.map(([longitude, latitude]) => `${longitude} ${latitude}`).join()})`);
  const [row] = await sql`select ST_Length(${`MULTILINESTRING(${texts.join()})`}::geography) as metres`;
  return row?.metres;
}

/** How much a journey holds, as the database's owner sees it. */
export async function countsOf(journeyId: string) {
  const [counts] = await sql`select
    (select count(*)::int from tracks where journey_id = ${journeyId}) as tracks,
    (select count(*)::int from markers where journey_id = ${journeyId}) as markers,
    (select count(*)::int from presence_cells where journey_id = ${journeyId}) as presence`;
  return counts;
}
