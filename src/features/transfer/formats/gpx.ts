import { Fault } from './fault.ts';
import { createLines } from './lines.ts';
import { type ReadingLimits, type ReadingResult, readingLimits } from './reading.ts';
import { createReceipt } from './receipt.ts';
import { createWaypoints } from './waypoints.ts';
import { readXml, type XmlElement } from './xml.ts';
import { attribute, followOutline, type Outline } from './xml-outline.ts';
import { parseDateTime, parseDecimal, stripIndentation } from './xml-values.ts';

/** GPX 1.1, GPX 1.0, and files of old devices without a namespace. */
const namespaces: ReadonlySet<string> = new Set([
  'http://www.topografix.com/GPX/1/1',
  'http://www.topografix.com/GPX/1/0',
  '',
]);

/**
 * Reads a GPX 1.0 or 1.1 file (https://www.topografix.com/GPX/1/1/) as a stream: tracks, routes and waypoints with
 * names, elevations and times. Other elements and extensions are ignored.
 *
 * A file that is not well-formed, exceeds a limit, or has an impossible position or time is refused as a whole. The
 * result then names line, column and point. An invalid elevation is left out and counted in the receipt.
 */
export async function readGpx(
  bytes: AsyncIterable<Uint8Array>,
  limits: Readonly<ReadingLimits> = readingLimits,
): Promise<ReadingResult> {
  const receipt = createReceipt(limits.leftOut);
  const lines = createLines(limits, receipt);
  const waypoints = createWaypoints(limits, receipt);
  let fileName: string | undefined;

  const outline = gpxOutline(lines, waypoints, (name) => {
    fileName = receipt.shorten(name, limits.nameLength, 'file', 'the name') || undefined;
  });
  const result = await readXml(bytes, limits, followOutline('gpx', outline, namespaces, limits.textLength));
  if (!result.ok) {
    const place = waypoints.place() || lines.place();
    return place ? { ...result, where: `${result.where} (${place})` } : result;
  }

  const reading = { name: fileName, ...lines.result(), waypoints: waypoints.result() };
  if (reading.lines.length === 0 && reading.waypoints.length === 0) {
    return { ok: false, where: 'file', why: 'it has no waypoint, and no track or route of two points' };
  }
  return { ok: true, ...reading, leftOut: receipt.leftOut() };
}

function gpxOutline(
  lines: ReturnType<typeof createLines>,
  waypoints: ReturnType<typeof createWaypoints>,
  setFileName: (name: string) => void,
): Outline {
  const fileName: Outline = { text: (value) => setFileName(stripIndentation(value)) };
  const lineName: Outline = { text: (value) => lines.setName(stripIndentation(value)) };
  const point: Outline = {
    open: (element) => {
      lines.startPoint();
      lines.setPosition(readDegrees(element, 'lon', 180), readDegrees(element, 'lat', 90));
    },
    children: {
      ele: { text: (value) => lines.setElevation(readElevation(value)) },
      time: { text: (value) => lines.setTime(readTime(value)) },
    },
  };
  const segment: Pick<Outline, 'open' | 'close'> = { open: lines.startSegment, close: lines.endSegment };

  return {
    children: {
      name: fileName,
      metadata: { children: { name: fileName } },
      trk: {
        open: () => lines.startLine('track'),
        close: lines.endLine,
        children: { name: lineName, trkseg: { ...segment, children: { trkpt: point } } },
      },
      rte: {
        open: () => {
          lines.startLine('route');
          lines.startSegment();
        },
        close: () => {
          lines.endSegment();
          lines.endLine();
        },
        children: { name: lineName, rtept: point },
      },
      wpt: {
        open: (element) => {
          waypoints.start();
          waypoints.set({ longitude: readDegrees(element, 'lon', 180), latitude: readDegrees(element, 'lat', 90) });
        },
        close: waypoints.end,
        children: {
          name: { text: (value) => waypoints.set({ name: stripIndentation(value) }) },
          desc: { text: (value) => waypoints.set({ description: stripIndentation(value) }) },
          cmt: { text: (value) => waypoints.set({ comment: stripIndentation(value) }) },
          ele: { text: (value) => waypoints.setElevation(readElevation(value)) },
          time: { text: (value) => waypoints.setTime(readTime(value)) },
        },
      },
    },
  };
}

function readDegrees(element: XmlElement, name: string, max: number): number {
  const text = attribute(element, name);
  if (text === undefined) throw new Fault(`${name} is missing`);
  const degrees = parseDecimal(text);
  if (degrees === undefined || Math.abs(degrees) > max) {
    throw new Fault(`${name}="${text.slice(0, 40)}" is no number from -${max} to ${max}`);
  }
  return degrees;
}

/**
 * No rider has been outside of these limits. Devices write values such as -32768, -9999 or 65535 for an unknown
 * elevation.
 */
const [lowestM, highestM] = [-1_000, 20_000];

function readElevation(text: string): number | undefined {
  const elevationM = parseDecimal(text);
  return elevationM !== undefined && elevationM >= lowestM && elevationM <= highestM ? elevationM : undefined;
}

/** Undefined for an empty time, which some devices write before they have a fix. */
function readTime(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const time = parseDateTime(text);
  if (time === undefined) throw new Fault(`"${text.trim().slice(0, 40)}" is not a time between 1970 and 2200`);
  return time;
}
