import { Fault } from './fault.ts';
import {
  isAbsent,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  readJson,
  shownText,
  textIn,
} from './json.ts';
import { createLines } from './lines.ts';
import { type FilePosition, positionOf, readPosition, usableElevation } from './positions.ts';
import type { ReadingOptions, ReadingResult } from './reading.ts';
import { createReceipt, finishReading } from './receipt.ts';
import { createWaypoints } from './waypoints.ts';

/** Less than for GPX, because JSON is read as a whole, and a Worker has 128 MB. */
export const maxGeoJsonBytes = 10 * 1024 * 1024;
/** Geometry collections should not be nested at all (RFC 7946, section 3.1.8). */
const maxDepth = 8;

const nameKeys = ['name', 'Name', 'title'] as const;
const notesKeys = ['desc', 'description', 'Description', 'notes'] as const;
const timeKeys = ['time', 'timestamp', 'estimated_time'] as const;

type GeometryReader = (geometry: JsonObject, properties: JsonObject, place: string, depth: number) => void;

/**
 * Reads GeoJSON (RFC 7946): lines, points and collections of them, with names, elevations, and times where converters put
 * them: `coordTimes`, or `times` in `coordinateProperties`. A line that is cut at the antimeridian is joined again.
 *
 * A file with a position that is not two numbers is refused as a whole. Areas and features without a place are left out.
 */
export async function readGeoJson(bytes: AsyncIterable<Uint8Array>, options: ReadingOptions): Promise<ReadingResult> {
  const receipt = createReceipt();
  const lines = createLines(options, receipt);
  const waypoints = createWaypoints(options, receipt);
  let count = 0;

  const readGeometry = (geometry: Json | undefined, properties: JsonObject, place: string, depth = 0): void => {
    const read = isObject(geometry) ? readers.get(geometry.type) : undefined;
    if (isObject(geometry) && read) read(geometry, properties, place, depth);
    else receipt.note('feature_without_line_or_point', place);
  };

  const readPoint = (position: Json | undefined, properties: JsonObject, place: string): void => {
    waypoints.start(filePosition(position), place);
    const elevation = isArray(position) ? position[2] : undefined;
    if (!isAbsent(elevation)) waypoints.setElevation(usableElevation(numberOf(elevation)));
    waypoints.set({
      name: textIn(properties, nameKeys),
      description: textIn(properties, notesKeys),
      comment: textIn(properties, ['cmt']),
    });
    waypoints.setTime(textIn(properties, timeKeys));
    waypoints.end();
  };

  const readLine = (
    parts: readonly (Json | undefined)[],
    times: readonly Json[],
    properties: JsonObject,
    place: string,
  ) => {
    lines.startLine('track', place);
    lines.setName(textIn(properties, nameKeys));
    let isOpen = false;
    for (const [number, part] of parts.entries()) {
      const positions = listOf(part, place);
      const timesOfPart = times[number];
      const isJoined = isOpen;
      if (!isOpen) lines.startSegment();
      const crossing = crossingAfter(positions, parts[number + 1], timesOfPart);
      for (const [index, position] of positions.entries()) {
        if (isJoined && index === 0) continue;
        if (crossing === 'made' && index === positions.length - 1) continue;
        lines.addPoint(filePosition(position));
        const elevation = isArray(position) ? position[2] : undefined;
        if (!isAbsent(elevation)) lines.setElevation(usableElevation(numberOf(elevation)));
        const time = isArray(timesOfPart) ? timesOfPart[index] : undefined;
        if (!isAbsent(time)) lines.setTime(shownText(time));
      }
      isOpen = crossing !== undefined;
      if (!isOpen) lines.endSegment();
    }
    lines.endLine();
  };

  const readers: ReadonlyMap<Json | undefined, GeometryReader> = new Map<Json | undefined, GeometryReader>([
    ['Point', ({ coordinates }, properties, place) => readPoint(coordinates, properties, place)],
    [
      'MultiPoint',
      ({ coordinates }, properties, place) => {
        for (const position of listOf(coordinates, place)) readPoint(position, properties, place);
      },
    ],
    [
      'LineString',
      ({ coordinates }, properties, place) => readLine([coordinates], [timesOf(properties)], properties, place),
    ],
    [
      'MultiLineString',
      ({ coordinates }, properties, place) => {
        const times = timesOf(properties);
        readLine(listOf(coordinates, place), isArray(times) ? times : [], properties, place);
      },
    ],
    [
      'GeometryCollection',
      ({ geometries }, properties, place, depth) => {
        if (depth === maxDepth) throw new Fault('geometry collections are nested too deeply');
        // Converters write one list of times for each line of the collection.
        const times = [...timesOfLines(properties)];
        for (const member of listOf(geometries, place)) {
          const isTimed = times.length > 0 && isObject(member) && member.type === 'LineString';
          const own = isTimed ? { ...properties, coordTimes: times.shift() ?? null } : properties;
          readGeometry(member, own, place, depth + 1);
        }
      },
    ],
  ]);

  const readFeature = (feature: Json | undefined): void => {
    count += 1;
    const place = `feature ${count}`;
    if (!isObject(feature)) throw new Fault(`${place} is no object`);
    readGeometry(feature.geometry, isObject(feature.properties) ? feature.properties : {}, place);
  };

  try {
    const file = await readJson(bytes, maxGeoJsonBytes);
    if (!isObject(file)) throw new Fault('this is JSON, but no GeoJSON');
    refuseOtherSystem(file.crs);
    if (file.type === 'FeatureCollection') for (const feature of listOf(file.features, 'file')) readFeature(feature);
    else if (file.type === 'Feature') readFeature(file);
    else if (typeof file.type === 'string' && geometryTypes.has(file.type)) readGeometry(file, {}, 'geometry');
    else throw new Fault('this is JSON, but no GeoJSON');
    const read = lines.result();
    const name = textIn(file, ['name']) || undefined;
    return finishReading({ name, ...read, waypoints: waypoints.result(read.lines) }, receipt);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, where: waypoints.place() || lines.place() || 'file', why: error.message };
  }
}

const geometryTypes: ReadonlySet<string> = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
]);

/** Coordinates of another system would be somewhere else. GeoJSON of 2008 could name one. */
function refuseOtherSystem(crs: Json | undefined): void {
  const name = isObject(crs) && isObject(crs.properties) ? crs.properties.name : undefined;
  if (typeof name !== 'string' || /CRS:?84$|EPSG:{1,2}4326$/i.test(name)) return;
  throw new Fault(`the coordinates are those of ${name.slice(0, 60)}, and GeoJSON has longitude and latitude on WGS84`);
}

function listOf(value: Json | undefined, place: string): readonly Json[] {
  if (isArray(value)) return value;
  throw new Fault(place === 'file' ? 'it has no list of features' : 'the coordinates are no list');
}

/** An empty position is that of a feature without a place. Positions may have more than three numbers. */
function filePosition(position: Json | undefined): FilePosition {
  const [longitude, latitude] = isArray(position) ? position : [];
  const [x, y] = [numberOf(longitude), numberOf(latitude)];
  return (
    (x !== undefined && y !== undefined && positionOf(y, x)) ||
    readPosition(
      isAbsent(latitude) ? undefined : shownText(latitude),
      isAbsent(longitude) ? undefined : shownText(longitude),
    )
  );
}

function timesOf(properties: JsonObject): Json {
  const { coordTimes, coordinateProperties } = properties;
  return coordTimes ?? (isObject(coordinateProperties) ? coordinateProperties.times : undefined) ?? null;
}

/** The times of several lines, each a list of its own. */
function timesOfLines(properties: JsonObject): readonly Json[] {
  const times = timesOf(properties);
  return isArray(times) && times.some(isArray) ? times : [];
}

/**
 * Whether a part goes on in the next one on the other side of the antimeridian (RFC 7946, section 3.1.9): `real` if the
 * point there is one of the line, `made` if it only marks the cut, and lies without a time between its neighbours.
 */
function crossingAfter(
  part: readonly Json[],
  next: Json | undefined,
  times: Json | undefined,
): 'real' | 'made' | undefined {
  if (!isArray(next)) return undefined;
  const [end, start] = [filePosition(part.at(-1)), filePosition(next[0])];
  if (!end.ok || !start.ok || Math.abs(end.longitude) !== 180 || start.longitude !== -end.longitude) return undefined;
  if (Math.abs(end.latitude - start.latitude) > sameDegrees) return undefined;
  const [before, after] = [filePosition(part.at(-2)), filePosition(next[1])];
  if (!before.ok || !after.ok || part.length < 2) return 'real';
  if (isArray(times) && !isAbsent(times[part.length - 1])) return 'real';
  const [west, east] = [180 - Math.abs(before.longitude), 180 - Math.abs(after.longitude)];
  const share = west + east === 0 ? 0 : west / (west + east);
  const between = before.latitude + share * (after.latitude - before.latitude);
  return Math.abs(between - end.latitude) <= sameDegrees ? 'made' : 'real';
}

/** A tenth of a metre. */
const sameDegrees = 1e-6;
