import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { type LineZM, multiLineStringZMBytes } from '../../src/lib/ewkb.ts';

const line = (...points: [x: number, y: number, z: number, m: number][]) => ({
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
  z: Float64Array.from(points, ([, , z]) => z),
  m: Float64Array.from(points, ([, , , m]) => m),
});

const hexOf = (...lines: LineZM[]): string => bytesToHex(multiLineStringZMBytes(lines)).toUpperCase();

/** The output of PostGIS 3.6: `ST_AsHEXEWKB(geometry, 'NDR')`. */
const written = [
  '01050000E0E610000002000000',
  '01020000C002000000',
  '0000000000001E4000000000002047400000000000407F400000000000000000',
  '9A9999999999B9BF00000000008056C000000000000029C000000000004A9340',
  '01020000C003000000',
  '00000000008066400000000000000000000000000000000000000000004A9340',
  '00000000008066C00000000000000000000000000000000000000000004A9340',
  '000000000000F03F000000000000004000000000000008400000000000001040',
].join('');

test('two lines are encoded byte for byte as PostGIS encodes them, even across the antimeridian', () => {
  const first = line([7.5, 46.25, 500, 0], [-0.1, -90, -12.5, 1_234.5]);
  const second = line([180, 0, 0, 1_234.5], [-180, 0, 0, 1_234.5], [1, 2, 3, 4]);
  expect(hexOf(first, second)).toBe(written);
});

test('an empty list of lines is encoded as the empty geometry', () => {
  expect(hexOf()).toBe('01050000E0E610000000000000');
});

test('views into larger arrays are encoded without the rest of those arrays', () => {
  const [first, second] = [line([7.5, 46.25, 500, 0], [-0.1, -90, -12.5, 1_234.5]), line([180, 0, 0, 1_234.5])];
  const whole = line([1, 1, 1, 1], [7.5, 46.25, 500, 0], [-0.1, -90, -12.5, 1_234.5], [2, 2, 2, 2]);
  const view = { x: part(whole.x), y: part(whole.y), z: part(whole.z), m: part(whole.m) };
  expect(hexOf(view, second)).toBe(hexOf(first, second));
});

test('a long line keeps every byte', () => {
  const values = Float64Array.from({ length: 50_000 }, (_, index) => Math.sin(index) * 180);
  const bytes = multiLineStringZMBytes([{ x: values, y: values, z: values, m: values }]);
  expect(bytes).toHaveLength(13 + 9 + 50_000 * 32);
  expect(new DataView(bytes.buffer).getFloat64(bytes.length - 8, true)).toBe(values.at(-1));
});

const part = (column: Float64Array): Float64Array => column.subarray(1, 3);
