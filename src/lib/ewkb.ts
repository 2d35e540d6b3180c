/** The vertices of one line as columns of equal length: longitude, latitude, elevation and measure. */
export type LineZM = { x: Float64Array; y: Float64Array; z: Float64Array; m: Float64Array };

const wgs84 = 4326;
const withZ = 0x80000000;
const withM = 0x40000000;
const withSrid = 0x20000000;
const lineString = 2;
const multiLineString = 5;

/**
 * A `MultiLineStringZM` on WGS84 (SRID 4326) as little-endian EWKB (the extended format in `doc/ZMSgeoms.txt` of PostGIS;
 * ISO WKB has no SRID).
 *
 * Coordinates are not changed. Where a line crosses the antimeridian, its longitude jumps by 360 degrees, and planar
 * functions see a segment around the world. A line needs two vertices to be valid in PostGIS.
 */
export function multiLineStringZMBytes(lines: readonly LineZM[]): Uint8Array {
  const vertices = lines.reduce((sum, line) => sum + line.x.length, 0);
  const view = new DataView(new ArrayBuffer(13 + lines.length * 9 + vertices * 32));
  let at = writeHeader(view, 0, multiLineString + withZ + withM + withSrid);
  view.setUint32(at, wgs84, true);
  view.setUint32(at + 4, lines.length, true);
  at += 8;
  for (const line of lines) {
    at = writeHeader(view, at, lineString + withZ + withM);
    view.setUint32(at, line.x.length, true);
    writeColumns(view, at + 4, [line.x, line.y, line.z, line.m]);
    at += 4 + line.x.length * 32;
  }
  return new Uint8Array(view.buffer);
}

function writeHeader(view: DataView, at: number, type: number): number {
  view.setUint8(at, 1);
  view.setUint32(at + 1, type, true);
  return at + 5;
}

function writeColumns(view: DataView, at: number, columns: readonly Float64Array[]): void {
  columns.forEach((column, dimension) => {
    let to = at + dimension * 8;
    for (const value of column) {
      view.setFloat64(to, value, true);
      to += 32;
    }
  });
}
