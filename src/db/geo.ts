import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
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
 * The point lies in the box or on its edges. A box with west greater than east crosses the antimeridian. -180 and 180
 * are one meridian, and the poles lie on every meridian.
 */
export function isInBox(point: AnyColumn, [west, south, east, north]: Box): SQL {
  const x = longitudeOf(point);
  const y = latitudeOf(point);
  const isBetween = west > east ? sql`(${x} >= ${west} or ${x} <= ${east})` : sql`${x} between ${west} and ${east}`;
  const meridian = west === -180 || east === 180 ? sql`(${isBetween} or abs(${x}) = 180)` : isBetween;
  return sql`${y} between ${south} and ${north} and (${meridian} or abs(${y}) = 90)`;
}
