import { gpx, importFile, type Kind } from '../../../test/features/tracks/lines.ts';
import { createJourney, type Rider } from '../../../test/support/factories.ts';

const noValue = '-';

type Point = {
  longitude: number;
  latitude: number;
  elevationM: number | undefined;
  ms: number | undefined;
  measured: Measured | undefined;
};
/** What sensors measured at a point of a ride. */
type Measured = { temperatureC: number; heartRateBpm: number; cadenceRpm: number };
type Line = { name: string; parts: Point[][] };
type Marker = { name: string; notes: string; longitude: number; latitude: number; ms: number };

/** The layer of a GeoJSON file has the name of its journey. */
export const journeyName = 'Files';

/** A journey of one kind. Its numbers have so few decimals that no program rounds them. */
export type MadeUp = { kind: Kind; hasElevations: boolean; lines: Line[]; markers: Marker[] };

const names = ['Zürich <-> "Wien" & weiter', 'Day 1 🚲', "L'Aquila", 'Ωμέγα', ']]>', 'a  b'];
/** A control character, which XML cannot hold. */
const unwritable = '\u0001';

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
const wrapped = (longitude: number): number => rounded(((((longitude + 180) % 360) + 360) % 360) - 180, 7);

export function makeUp(roll: () => number): MadeUp {
  const kind = roll() < 0.5 ? 'plan' : 'past';
  const hasElevations = roll() < 0.7;
  const between = (low: number, high: number) => low + roll() * (high - low);
  const name = () => names[Math.floor(roll() * names.length)] ?? '';
  const lines = Array.from({ length: 1 + Math.floor(roll() * 3) }, (_, n): Line => {
    // Every other line crosses the antimeridian.
    let [longitude, latitude] = [roll() < 0.5 ? 179.95 : between(-170, 170), between(10, 70)];
    let ms = Date.UTC(2024, n, 1);
    const point = (): Point => {
      longitude = wrapped(longitude + between(0.001, 0.03));
      latitude = rounded(latitude + between(-0.02, 0.02), 7);
      ms += Math.floor(between(1, 90_000));
      const elevationM = hasElevations ? rounded(between(-300, 4_000), 2) : undefined;
      const measured = {
        temperatureC: rounded(between(-20, 40), 1),
        heartRateBpm: Math.floor(between(40, 200)),
        // gpsbabel takes a cadence of 0 for none.
        cadenceRpm: Math.floor(between(1, 120)),
      };
      const isRidden = kind === 'past';
      return {
        longitude,
        latitude,
        elevationM,
        ms: isRidden ? ms : undefined,
        measured: isRidden && roll() < 0.8 ? measured : undefined,
      };
    };
    const parts = Array.from({ length: 1 + Math.floor(roll() * 3) }, () =>
      Array.from({ length: 2 + Math.floor(roll() * 8) }, point),
    );
    return { name: name(), parts };
  });
  const markers = Array.from(
    { length: 1 + Math.floor(roll() * 3) },
    (_, n): Marker => ({
      name: `${n} ${name()}${unwritable}`,
      notes: `${name()}\nbeside the road`,
      longitude: n === 0 ? 180 : wrapped(between(-170, 170)),
      latitude: rounded(between(10, 70), 7),
      ms: Date.UTC(2025, 1, n + 1) + Math.floor(between(0, 80_000_000)),
    }),
  );
  return { kind, hasElevations, lines, markers };
}

const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

const trackPointExtension = 'http://www.garmin.com/xmlschemas/TrackPointExtension/v1';

const writeMeasured = ({ temperatureC, heartRateBpm, cadenceRpm }: Measured): string =>
  `<extensions><TrackPointExtension xmlns="${trackPointExtension}"><atemp>${temperatureC}</atemp><hr>${heartRateBpm}</hr><cad>${cadenceRpm}</cad></TrackPointExtension></extensions>`;

const writePoint = ({ longitude, latitude, elevationM, ms, measured }: Point): string =>
  `<trkpt lat="${latitude}" lon="${longitude}">${elevationM === undefined ? '' : `<ele>${elevationM}</ele>`}${
    ms === undefined ? '' : `<time>${new Date(ms).toISOString()}</time>`
  }${measured === undefined ? '' : writeMeasured(measured)}</trkpt>`;

const writeLine = ({ name, parts }: Line): string => {
  const segments = parts.map((points) => `<trkseg>${points.map(writePoint).join('')}</trkseg>`);
  return `<trk><name>${escaped(name)}</name>${segments.join('')}</trk>`;
};

/** Puts the journey into Kairos. */
export async function save(rider: Rider, { kind, lines, markers }: MadeUp): Promise<string> {
  const { id } = await createJourney(rider, { name: journeyName });
  await rider.put('/v1/me/consents/heart_rate', { statement_version: 1 });
  await importFile(rider, id, gpx(...lines.map(writeLine)), kind);
  const body = markers.map(({ name, notes, longitude, latitude, ms }) => ({
    name,
    notes,
    marker_type: kind,
    coordinates: { type: 'Point', coordinates: [longitude, latitude] },
    [kind === 'past' ? 'timestamp' : 'estimated_time']: new Date(ms).toISOString(),
  }));
  const { status, text } = await rider.post(`/v1/journeys/${id}/markers/batch`, { markers: body });
  if (status !== 201) throw new Error(`no markers: ${text}`);
  return id;
}

/** What sensors measured at the points, as lines of text. */
export const sensorTextOf = ({ lines }: MadeUp): string[] =>
  lines
    .flatMap(({ parts }) => parts.flat())
    .map(({ measured }) =>
      measured ? `${measured.temperatureC} °C, ${measured.heartRateBpm} bpm, ${measured.cadenceRpm} rpm` : noValue,
    );

/** The same lines of text from an exported GPX file. */
export const sensorTextIn = (file: string): string[] =>
  [...file.matchAll(/<trkpt .*?<\/trkpt>/gs)].map(([point]) => {
    const [temperature, rate, cadence] = ['atemp', 'hr', 'cad'].map(
      (name) => new RegExp(`<gpxtpx:${name}>(.*?)<`).exec(point)?.[1],
    );
    return rate === undefined ? noValue : `${temperature} °C, ${rate} bpm, ${cadence} rpm`;
  });

/** What a program keeps of a journey, beside the points of lines, and the names and notes of markers. */
export type Kept = { lineNames: boolean; lineTimes: boolean; markerTimes: boolean };

/** The journey as lines of text: what a file of it, and an import of such a file, must have. */
export const textOf = ({ kind, lines, markers }: MadeUp, { lineNames, lineTimes, markerTimes }: Kept): string[] => [
  ...lines.map(({ name, parts }) =>
    lineText(
      lineNames ? name : noValue,
      parts.map((points) =>
        points.map(({ longitude, latitude, elevationM, ms }) => ({
          position: [longitude, latitude, ...(elevationM === undefined ? [] : [elevationM])],
          time: lineTimes && ms !== undefined ? ms : noValue,
        })),
      ),
    ),
  ),
  ...markers.map(({ name, notes, ms, longitude, latitude }) =>
    markerText(name, notes, [longitude, latitude], markerTimes && kind === 'past' ? ms : noValue),
  ),
];

type Feature = {
  geometry: { type: 'Point'; coordinates: number[] } | { type: 'MultiLineString'; coordinates: number[][][] };
  properties: {
    name: string | null;
    notes?: string;
    timestamp?: string | null;
    coordTimes?: (string | null)[][] | null;
  };
};

const msOf = (time: string | null | undefined): number | string => (time ? Date.parse(time) : noValue);

/** The same lines of text from the features of an exported GeoJSON file. */
export const textOfFeatures = (features: readonly Feature[], { lineNames, lineTimes, markerTimes }: Kept): string[] =>
  features.map(({ geometry, properties: { name, notes = '', timestamp, coordTimes } }) => {
    if (geometry.type === 'Point')
      return markerText(name ?? '', notes, geometry.coordinates, markerTimes ? msOf(timestamp) : noValue);
    const parts = geometry.coordinates.map((points, part) =>
      points.map((position, n) => ({ position, time: lineTimes ? msOf(coordTimes?.[part]?.[n]) : noValue })),
    );
    const text = lineText(lineNames ? (name ?? '') : noValue, joinAtAntimeridian(parts));
    return geometry.coordinates.some(goesAroundTheGlobe) ? `around the globe: ${text}` : text;
  });

type TimedPoint = { position: readonly number[]; time: number | string };

const lineText = (name: string, parts: readonly TimedPoint[][]): string =>
  `line ${name}: ${parts.map((points) => points.map(({ position, time }) => [...position, time].join()).join(' ')).join(' | ')}`;

/** 180 and -180 are one meridian, and GPX knows only the latter. */
const markerText = (name: string, notes: string, position: readonly number[], time: number | string): string =>
  `marker ${name.replaceAll(unwritable, '')} (${notes}) ${position.join().replace(/^180,/, '-180,')} ${time}`;

const isOnAntimeridian = ({ position: [longitude = 0] }: TimedPoint): boolean => Math.abs(longitude) === 180;

/** A program that draws the part on a plane sees a leg around the globe. */
const goesAroundTheGlobe = (points: readonly number[][]): boolean =>
  points.some(([longitude = 0], n) => Math.abs(longitude - (points[n - 1]?.[0] ?? longitude)) > 180);

/** The parts of a line before it was cut at the antimeridian, on which no point of a made-up line lies. */
function joinAtAntimeridian(parts: readonly TimedPoint[][]): TimedPoint[][] {
  const joined: TimedPoint[][] = [];
  let isCut = false;
  for (const part of parts) {
    const points = part.filter((point) => !isOnAntimeridian(point));
    if (isCut) joined.at(-1)?.push(...points);
    else joined.push(points);
    isCut = part.slice(-1).some(isOnAntimeridian);
  }
  return joined;
}
