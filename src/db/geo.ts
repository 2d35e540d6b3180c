import { type AnyColumn, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Position } from '../lib/geodesy.ts';

/** A geography from degrees. PostGIS takes longitude first. */
export const pointAt = (longitude: number | SQL, latitude: number | SQL): SQL =>
  sql`ST_SetSRID(ST_MakePoint(${longitude}, ${latitude}), 4326)::geography`;

const longitudeOf = (point: AnyColumn): SQL => sql`ST_X(${point}::geometry)`;
const latitudeOf = (point: AnyColumn): SQL => sql`ST_Y(${point}::geometry)`;

/** Seven decimals are a centimetre (RFC 7946, section 11.2). `numeric` also removes a negative zero. */
const roundCoordinate = (degrees: SQL): SQL => sql`round(${degrees}::numeric, 7)::float8`;

export const positionOf = (point: AnyColumn): SQL<Position> =>
  sql<Position>`array[${roundCoordinate(longitudeOf(point))}, ${roundCoordinate(latitudeOf(point))}]`;

export type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * The point lies in the `Box` or on its edges. A box with west greater than east crosses the antimeridian. -180 and 180
 * are one meridian, and the poles lie on every meridian.
 */
export function isInBox(point: AnyColumn, box: Placeholder): SQL {
  const sides = sql`(${box}::float8[])`;
  const [west, south, east, north] = [sql`${sides}[1]`, sql`${sides}[2]`, sql`${sides}[3]`, sql`${sides}[4]`];
  const x = longitudeOf(point);
  const y = latitudeOf(point);
  const isBetween = sql`case when ${west} > ${east} then ${x} >= ${west} or ${x} <= ${east}
    else ${x} between ${west} and ${east} end`;
  const isOnMeridian = sql`(${west} = -180 or ${east} = 180) and abs(${x}) = 180`;
  return sql`${y} between ${south} and ${north} and (${isBetween} or ${isOnMeridian} or abs(${y}) = 90)`;
}
