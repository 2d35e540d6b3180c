import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import type { Position } from '../lib/geodesy.ts';

/** A geography from degrees; PostGIS too takes longitude first. */
export const pointAt = (longitude: number | SQL, latitude: number | SQL): SQL =>
  sql`ST_SetSRID(ST_MakePoint(${longitude}, ${latitude}), 4326)::geography`;

const longitudeOf = (point: AnyColumn): SQL => sql`ST_X(${point}::geometry)`;
const latitudeOf = (point: AnyColumn): SQL => sql`ST_Y(${point}::geometry)`;

/** RFC 7946 asks for no more than seven decimals; numeric has no negative zero either. */
const rounded = (degrees: SQL): SQL => sql`round(${degrees}::numeric, 7)::float8`;

export const positionOf = (point: AnyColumn): SQL<Position> =>
  sql<Position>`array[${rounded(longitudeOf(point))}, ${rounded(latitudeOf(point))}]`;

export type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * Whether a point lies in a box, its edges included; west greater than east crosses the antimeridian. -180 and 180
 * are one meridian, and the poles lie on all of them.
 */
export function isInBox(point: AnyColumn, [west, south, east, north]: Box): SQL {
  const x = longitudeOf(point);
  const y = latitudeOf(point);
  const isBetween = west > east ? sql`(${x} >= ${west} or ${x} <= ${east})` : sql`${x} between ${west} and ${east}`;
  const meridian = west === -180 || east === 180 ? sql`(${isBetween} or abs(${x}) = 180)` : isBetween;
  return sql`${y} between ${south} and ${north} and (${meridian} or abs(${y}) = 90)`;
}
