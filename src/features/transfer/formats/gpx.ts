import { sensorOutline, sensorPrefix } from './gpx-sensors.ts';
import { createLines } from './lines.ts';
import { type FilePosition, readPosition, usableElevation } from './positions.ts';
import type { ReadingOptions, ReadingResult } from './reading.ts';
import { createReceipt, finishReading } from './receipt.ts';
import { createWaypoints } from './waypoints.ts';
import { readXml, type XmlElement } from './xml.ts';
import { attribute, followOutline, type Outline } from './xml-outline.ts';
import { parseDecimal, stripIndentation } from './xml-values.ts';

/**
 * Reads a GPX 1.0 or 1.1 file (https://www.topografix.com/GPX/1/1/) as a stream: tracks, routes and waypoints with
 * names, elevations and times, and what sensors measured. Other elements and extensions are ignored.
 *
 * A file that is not well-formed, exceeds a limit, or has a point with half a position is refused as a whole. The result
 * then names line, column and point. Elevations, times and waypoints that cannot be used are left out, and the receipt
 * counts them.
 */
export async function readGpx(bytes: AsyncIterable<Uint8Array>, options: ReadingOptions): Promise<ReadingResult> {
  const { limits } = options;
  const receipt = createReceipt();
  const lines = createLines(options, receipt);
  const waypoints = createWaypoints(options, receipt);
  let fileName: string | undefined;

  const outline = gpxOutline(lines, waypoints, (name) => {
    fileName = receipt.shorten(name, limits.nameLength, 'name_shortened', 'file') || undefined;
  });
  const result = await readXml(bytes, limits, followOutline('gpx', outline, prefixOf, limits.textLength));
  if (!result.ok) {
    const place = waypoints.place() || lines.place();
    return place ? { ...result, where: `${result.where} (${place})` } : result;
  }

  const read = lines.result();
  return finishReading({ name: fileName, ...read, waypoints: waypoints.result(read.lines) }, receipt);
}

/** The namespaces of GPX 1.1 and 1.0, also with https, another case, without `www`, or with a slash at the end. */
const gpxNamespace = /^https?:\/\/(?:www\.)?topografix\.com\/gpx\/1\/[01]\/?$/i;

const prefixOf = (uri: string): string | undefined => (gpxNamespace.test(uri) ? '' : sensorPrefix(uri));

function gpxOutline(
  lines: ReturnType<typeof createLines>,
  waypoints: ReturnType<typeof createWaypoints>,
  setFileName: (name: string) => void,
): Outline {
  const fileName: Outline = { text: (value) => setFileName(stripIndentation(value)) };
  const lineName: Outline = { text: (value) => lines.setName(stripIndentation(value)) };
  const sensors = sensorOutline(lines.setSensor);
  const point: Outline = {
    open: (element) => {
      lines.addPoint(positionOf(element));
    },
    children: {
      ele: { text: (value) => isEmpty(value) || lines.setElevation(readElevation(value)) },
      time: { text: (value) => lines.setTime(value) },
      extensions: sensors,
    },
  };
  // Garmin writes the way from one point of a route to the next into the first of them.
  const wayPoint: Outline = { open: (element) => lines.addPoint(positionOf(element)) };
  const routePoint: Outline = {
    ...point,
    children: {
      ...point.children,
      extensions: {
        ...sensors,
        children: { ...sensors.children, 'gpxx:RoutePointExtension': { children: { 'gpxx:rpt': wayPoint } } },
      },
    },
  };
  const waypoint: Outline = {
    open: (element) => waypoints.start(positionOf(element)),
    close: waypoints.end,
    children: {
      name: { text: (value) => waypoints.set({ name: stripIndentation(value) }) },
      desc: { text: (value) => waypoints.set({ description: stripIndentation(value) }) },
      cmt: { text: (value) => waypoints.set({ comment: stripIndentation(value) }) },
      ele: { text: (value) => isEmpty(value) || waypoints.setElevation(readElevation(value)) },
      time: { text: (value) => waypoints.setTime(value) },
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
        children: { name: lineName, trkseg: { ...segment, children: { trkpt: point } }, wpt: waypoint },
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
        children: { name: lineName, rtept: routePoint, wpt: waypoint },
      },
      wpt: waypoint,
    },
  };
}

const positionOf = (element: XmlElement): FilePosition =>
  readPosition(attribute(element, 'lat'), attribute(element, 'lon'));

/** Some programs write an empty element where they know no elevation. */
const isEmpty = (text: string): boolean => text.trim() === '';

const readElevation = (text: string): number | undefined => usableElevation(parseDecimal(text));
