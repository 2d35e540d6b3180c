import { readFile } from '../../../src/features/transfer/formats/file.ts';
import {
  type Reading,
  type ReadingLimits,
  type ReadingOptions,
  readingLimits,
} from '../../../src/features/transfer/formats/reading.ts';

async function* feed(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

export const bytesOf = (content: string | readonly number[]): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);

/** As for a ride, with times up to the year 2200. */
export const options: ReadingOptions = { limits: readingLimits, latestMs: Date.UTC(2200, 0, 1) };

export const read = (content: string | readonly number[], limits: Partial<ReadingLimits> = {}, chunkBytes = 65_536) =>
  readFile(feed(bytesOf(content), chunkBytes), { ...options, limits: { ...readingLimits, ...limits } });

export async function readAccepted(...args: Parameters<typeof read>): Promise<Reading> {
  const result = await read(...args);
  if (!result.ok) throw new Error(`refused at ${result.where}: ${result.why}`);
  return result;
}

export async function readRefused(...args: Parameters<typeof read>): Promise<string> {
  const result = await read(...args);
  if (result.ok) throw new Error('accepted');
  return `${result.where}: ${result.why}`;
}

export const gpx11 = 'http://www.topografix.com/GPX/1/1';
export const gpx10 = 'http://www.topografix.com/GPX/1/0';
export const gpx = (content: string, namespace = gpx11): string =>
  `<gpx version="1.1" xmlns="${namespace}">${content}</gpx>`;
export const segment = (...points: string[]): string => `<trkseg>${points.join('')}</trkseg>`;
export const track = (...points: string[]): string => `<trk>${segment(...points)}</trk>`;
export const at = (content = '', position = 'lat="46.5" lon="7.25"'): string => `<trkpt ${position}>${content}</trkpt>`;
export const twoPoints = at() + at();

/** The lines of a reading as plain values; what the file does not say is absent. */
export const toPlainLines = ({ lines }: Reading) =>
  lines.map(({ kind, name, segments }) => ({
    kind,
    name,
    segments: segments.map(({ longitudes, latitudes, elevationsM, recordedAtMs }) =>
      Array.from(longitudes, (longitude, index) => {
        const [elevationM = Number.NaN, ms = Number.NaN] = [elevationsM[index], recordedAtMs[index]];
        return {
          longitude,
          latitude: latitudes[index],
          ...(Number.isNaN(elevationM) ? {} : { elevationM }),
          ...(Number.isNaN(ms) ? {} : { recordedAt: new Date(ms).toISOString() }),
        };
      }),
    ),
  }));

/** ASCII text as UTF-16 with a mark. */
export const utf16le = (text: string): number[] => [
  0xff,
  0xfe,
  ...[...text].flatMap((unit) => [unit.charCodeAt(0), 0]),
];
