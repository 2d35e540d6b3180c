/** Points without a gap: longitude, latitude and, with three dimensions, the elevation of each, one after the other. */
export type LinePart = { dimensions: 2 | 3; coordinates: Float64Array };

const lineHeaderBytes = 9;

/** Lines across the antimeridian have longitudes up to 360 in the database where privacy zones cut them. */
function wrapLongitudes({ dimensions, coordinates }: LinePart): void {
  for (let index = 0; index < coordinates.length; index += dimensions) {
    const longitude = coordinates[index] ?? 0;
    if (longitude > 180) coordinates[index] = longitude - 360;
  }
}

/** The parts of a `MultiLineString` or `MultiLineStringZ` from base64 of little-endian ISO WKB (`ST_AsBinary`). */
export function readLineParts(base64: string): LinePart[] {
  const bytes = Uint8Array.fromBase64(base64);
  const view = new DataView(bytes.buffer);
  // ISO WKB adds 1,000 to the type of a geometry with elevations.
  const dimensions = view.getUint32(1, true) > 1_000 ? 3 : 2;
  let at = lineHeaderBytes;
  return Array.from({ length: view.getUint32(5, true) }, () => {
    const start = at + lineHeaderBytes;
    at = start + view.getUint32(at + 5, true) * dimensions * 8;
    const part: LinePart = { dimensions, coordinates: new Float64Array(bytes.buffer.slice(start, at)) };
    wrapLongitudes(part);
    return part;
  });
}

const arrayHeaderBytes = 20;
const elementBytes = 12;
/** Postgres counts microseconds from the year 2000. */
const epochMs = Date.UTC(2000, 0, 1);

/** The milliseconds since 1970 from base64 of a `timestamptz[]` without nulls (`array_send`). */
export function readTimes(base64: string): Float64Array {
  const bytes = Uint8Array.fromBase64(base64);
  const view = new DataView(bytes.buffer);
  // Each element is its length in four bytes, and a number in eight.
  const times = new Float64Array((bytes.length - arrayHeaderBytes) / elementBytes);
  return times.map((_, index) => {
    const at = arrayHeaderBytes + index * elementBytes + 4;
    return epochMs + Math.round((view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4)) / 1_000);
  });
}

/** The numbers from base64 of a `smallint[]` or `real[]` (`array_send`); `NaN` for null. */
export function readNumbers(base64: string): Float64Array {
  const view = new DataView(Uint8Array.fromBase64(base64).buffer);
  const numbers = new Float64Array(view.getInt32(12)).fill(Number.NaN);
  let at = arrayHeaderBytes;
  for (let index = 0; index < numbers.length; index++) {
    const length = view.getInt32(at);
    if (length === 2) numbers[index] = view.getInt16(at + 4);
    if (length === 4) numbers[index] = view.getFloat32(at + 4);
    at += 4 + Math.max(0, length);
  }
  return numbers;
}
