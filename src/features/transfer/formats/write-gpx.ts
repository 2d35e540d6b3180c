import {
  pointsPerPiece,
  type WrittenJourney,
  type WrittenLine,
  type WrittenMarker,
  type WrittenPart,
  writeDecimal,
  writeTime,
} from './writing.ts';

/**
 * Writes GPX 1.1, valid against its schema (https://www.topografix.com/GPX/1/1/gpx.xsd). A plan is a track too, because
 * devices follow a track as it is drawn. They take a route for a list of a few places, and compute the way between them
 * themselves.
 */
export async function* writeGpx({ name, markers, lines, hasSensors }: WrittenJourney): AsyncGenerator<string, void> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Kairos" xmlns="http://www.topografix.com/GPX/1/1"${hasSensors ? sensorNamespaces : ''}>
<metadata>${element('name', name)}</metadata>
`;
  for await (const marker of markers) yield writeWaypoint(marker);
  for await (const line of lines) yield* writeTrack(line);
  yield '</gpx>\n';
}

const sensorNamespaces =
  ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" xmlns:pwr="http://www.garmin.com/xmlschemas/PowerExtension/v1"';

function writeWaypoint({
  position: [longitude, latitude],
  elevationM,
  at,
  name,
  notes,
  markerType,
}: WrittenMarker): string {
  const values = [
    elevationM === null ? '' : `<ele>${writeDecimal(elevationM)}</ele>`,
    at === null ? '' : `<time>${writeTime(at.getTime())}</time>`,
    element('name', name),
    notes === '' ? '' : element('desc', notes),
    element('type', markerType),
  ];
  return `<wpt ${writePosition(longitude, latitude)}>${values.join('')}</wpt>\n`;
}

function* writeTrack({ name, kind, parts }: WrittenLine): Generator<string, void> {
  yield `<trk>${name === null ? '' : element('name', name)}${element('type', kind)}\n`;
  for (const { dimensions, coordinates, recordedAtMs, measured } of parts) {
    let piece = '<trkseg>\n';
    for (let at = 0; at < coordinates.length; at += dimensions) {
      const [longitude = 0, latitude = 0, elevationM = 0] = [coordinates[at], coordinates[at + 1], coordinates[at + 2]];
      const ms = recordedAtMs?.[at / dimensions];
      piece += `<trkpt ${writePosition(longitude, latitude)}>`;
      if (dimensions === 3) piece += `<ele>${writeDecimal(elevationM)}</ele>`;
      if (ms !== undefined) piece += `<time>${writeTime(ms)}</time>`;
      piece += `${writeMeasured(measured, at / dimensions)}</trkpt>\n`;
      if (at % (pointsPerPiece * dimensions) === 0) {
        yield piece;
        piece = '';
      }
    }
    yield `${piece}</trkseg>\n`;
  }
  yield '</trk>\n';
}

/** Devices read what sensors measured from the extensions of Garmin, in the order of their schemas. */
function writeMeasured({ power, cadence, temperature, heart_rate }: WrittenPart['measured'], index: number): string {
  const value = (column: Float64Array | undefined, tag: string): string => {
    const measured = column?.[index] ?? Number.NaN;
    return Number.isNaN(measured) ? '' : `<${tag}>${writeMeasure(measured)}</${tag}>`;
  };
  const watts = value(power, 'pwr:PowerInWatts');
  const rest = value(temperature, 'gpxtpx:atemp') + value(heart_rate, 'gpxtpx:hr') + value(cadence, 'gpxtpx:cad');
  const point = rest && `<gpxtpx:TrackPointExtension>${rest}</gpxtpx:TrackPointExtension>`;
  return watts || point ? `<extensions>${watts}${point}</extensions>` : '';
}

/** The database keeps temperatures with seven digits. */
const writeMeasure = (value: number): string => writeDecimal(Number(value.toPrecision(7)));

/** The schema allows a longitude of -180, but not of 180, which is the same meridian. */
function writePosition(longitude: number, latitude: number): string {
  const east = writeDecimal(longitude);
  return `lat="${writeDecimal(latitude)}" lon="${east === '180' ? '-180' : east}"`;
}

const element = (tag: string, text: string): string => `<${tag}>${escapeText(text)}</${tag}>`;

/** Characters that XML 1.0 cannot hold, not even escaped (section 2.2). */
const unwritable = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** A reader takes a carriage return for a line feed unless it is escaped (section 2.11). */
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

const escapeText = (text: string): string =>
  text.replaceAll(unwritable, '').replaceAll(/[&<>\r]/g, (character) => escapes[character] ?? '');
