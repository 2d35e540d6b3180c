import { sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

/** RFC 3339 on the wire, `timestamptz` in Postgres, milliseconds in both. */
export const instant = (name?: string) =>
  name ? timestamp(name, { withTimezone: true, precision: 3 }) : timestamp({ withTimezone: true, precision: 3 });

/** An array of many values that is written here and read only by SQL. A line has a hundred thousand of each. */
const manyOf = (dataType: string, write: (value: number) => string | number) =>
  customType<{ data: Float64Array; driverData: string }>({
    dataType: () => dataType,
    toDriver: (values) => `{${Array.from(values, (value) => (Number.isNaN(value) ? 'NULL' : write(value))).join()}}`,
  });

/** Of milliseconds since 1970. */
export const instants = manyOf('timestamp (3) with time zone[]', (ms) => new Date(ms).toISOString());
/** Of numbers, with `NaN` for null. */
export const smallints = manyOf('smallint[]', (value) => value);
export const reals = manyOf('real[]', (value) => value);

export const bytea = customType<{ data: Uint8Array; driverData: string | Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (bytes) => `\\x${bytes.toHex()}`,
  fromDriver: (value) => (typeof value === 'string' ? Uint8Array.fromHex(value.slice(2)) : new Uint8Array(value)),
});

/** Written as EWKT or EWKB hex, and read with the expressions of `geo.ts`. */
export const geographyPoint = customType<{ data: string }>({ dataType: () => 'geography(Point,4326)' });

/** M is the distance along the line in metres. A gap between two segments adds nothing to it. */
export const multiLineStringZM = customType<{ data: Uint8Array }>({
  dataType: () => 'geometry(MultiLineStringZM,4326)',
  // EWKB as hex is a third longer, and a statement is in memory several times. `prepare` fills in values, and no SQL as this is.
  toDriver: (ewkb) => sql`ST_GeomFromEWKB(decode(${ewkb.toBase64()}, 'base64'))`,
});
