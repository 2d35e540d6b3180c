import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** RFC 3339 on the wire, `timestamptz` in Postgres, milliseconds in both. */
export const instant = (name?: string) =>
  name ? timestamp(name, { withTimezone: true, precision: 3 }) : timestamp({ withTimezone: true, precision: 3 });

/**
 * An array of `instant` that is written here, and read only by SQL. A line has a hundred thousand times, and drizzle's own
 * array would quote each of them, which takes twice as long.
 */
export const instants = customType<{ data: Date[]; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone[]',
  toDriver: (times) => `{${times.map((time) => time.toISOString()).join()}}`,
});

/** An array of numbers that is written here, `NaN` as null, and read only by SQL. A line has a hundred thousand of them. */
const numbersOf = (dataType: 'smallint[]' | 'real[]') =>
  customType<{ data: Float64Array; driverData: string }>({
    dataType: () => dataType,
    toDriver: (values) => `{${Array.from(values, (value) => (Number.isNaN(value) ? 'NULL' : value)).join()}}`,
  });
export const smallints = numbersOf('smallint[]');
export const reals = numbersOf('real[]');

export const bytea = customType<{ data: Uint8Array; driverData: string | Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (bytes) => `\\x${bytesToHex(bytes)}`,
  fromDriver: (value) => (typeof value === 'string' ? hexToBytes(value.slice(2)) : new Uint8Array(value)),
});

/** Written as EWKT or EWKB hex, and read with the expressions of `geo.ts`. */
export const geographyPoint = customType<{ data: string }>({ dataType: () => 'geography(Point,4326)' });

/** M is the distance along the line in metres. A gap between two segments adds nothing to it. */
export const multiLineStringZM = customType<{ data: string }>({ dataType: () => 'geometry(MultiLineStringZM,4326)' });
