import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Box, isInBox, pointAt, positionOf } from '../../db/geo.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellAt } from '../../lib/grid.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type MarkerRow, type MarkerWithPosition, markers } from './marker.table.ts';

type MarkerType = MarkerRow['markerType'];

const markerColumns = {
  id: markers.id,
  journeyId: markers.journeyId,
  name: markers.name,
  notes: markers.notes,
  markerType: markers.markerType,
  position: positionOf(markers.position),
  elevationM: markers.elevationM,
  at: markers.at,
  version: markers.version,
  createdAt: markers.createdAt,
  updatedAt: markers.updatedAt,
};

const isMarkerOf = (journeyId: string, id: string) => and(eq(markers.id, id), eq(markers.journeyId, journeyId));
const isAnyOf = (ids: readonly string[]): SQL => sql`${markers.id} = any(${sql.param(ids)}::uuid[])`;

const isOwned = (db: Db, journeyId: string, ownerId: string): SQL =>
  eq(markers.journeyId, selectOwnJourney(db, journeyId, ownerId));

export const selectOwnJourney = (db: Db, id: string, ownerId: string) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(and(eq(journeys.id, id), eq(journeys.ownerId, ownerId)));

export async function findOwnMarker(
  db: Db,
  { journeyId, ownerId, id }: { journeyId: string; ownerId: string; id: string },
): Promise<MarkerWithPosition | undefined> {
  const [row] = await db
    .select(markerColumns)
    .from(markers)
    .where(and(eq(markers.id, id), isOwned(db, journeyId, ownerId)));
  return row;
}

/** Written as in the index `markers_in_order_idx`. */
const timeOrder = sql`coalesce(${markers.at}, 'infinity')`;

/**
 * Markers in order of time, those without a time last. `after` is the time and id of the last row of the previous page.
 */
export function selectInOrder(
  db: Db,
  filter: { journeyId: string; ownerId: string; markerType?: MarkerType | undefined; box?: Box | undefined },
  { after, limit }: { after: readonly string[] | undefined; limit: number },
) {
  const position = after && sql`(${timeOrder}, ${markers.id}) > (${after[0]}::timestamptz, ${after[1]}::uuid)`;
  const isWanted = filter.markerType && eq(markers.markerType, filter.markerType);
  const isInside = filter.box && isInBox(markers.position, filter.box);
  return db
    .select(markerColumns)
    .from(markers)
    .where(and(isOwned(db, filter.journeyId, filter.ownerId), isWanted, isInside, position))
    .orderBy(timeOrder, markers.id)
    .limit(limit);
}

export const selectMarkers = (db: Db, journeyId: string, ids: readonly string[]) =>
  db
    .select(markerColumns)
    .from(markers)
    .where(and(eq(markers.journeyId, journeyId), isAnyOf(ids)));

export type NewMarker = Omit<MarkerWithPosition, 'journeyId' | 'version' | 'createdAt' | 'updatedAt'>;

/**
 * Inserts any number of markers with one parameter. Existing markers of the journey stay as they are. An id of another
 * journey's marker violates the primary key. The rows are in the order of their ids, so that two commits cannot
 * deadlock.
 */
export function insertMarkers(db: Db, journeyId: string, rows: readonly NewMarker[], now: Date) {
  const flat = rows.map(({ position, ...row }) => {
    const [longitude, latitude] = position;
    return { ...row, longitude, latitude, cell: cellAt(position) };
  });
  return markPresenceChange(
    db.execute(sql`
    insert into ${markers}
      (id, journey_id, name, notes, marker_type, position, elevation_m, cell, at, created_at, updated_at)
    select n.id, ${journeyId}::uuid, n.name, n.notes, n."markerType", ${pointAt(sql`n.longitude`, sql`n.latitude`)},
      n."elevationM", n.cell, n.at, ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
    from json_to_recordset(${JSON.stringify(flat)}) as n (
      id uuid, name text, notes text, "markerType" text, longitude float8, latitude float8, "elevationM" float8,
      cell integer, at timestamptz
    )
    where not exists (select from ${markers} m where m.id = n.id and m.journey_id = ${journeyId})
    order by n.id`),
  );
}

/** The journey has room for `count` more markers. Existing markers with these ids need no room. */
export const hasRoom = (
  journeyId: string,
  { ids, count }: { ids: readonly string[]; count: number },
  max: number,
): SQL => sql`
  select count(*) + ${count} <= ${max} from ${markers}
  where ${eq(markers.journeyId, journeyId)} and not ${isAnyOf(ids)}`;

/** True for a marker of the journey; locks it. */
export const lockMarkerRow = (journeyId: string, id: string): SQL => sql`
  select true from ${markers} where ${isMarkerOf(journeyId, id)} for no key update`;

/** The marker is of that type, or does not exist. */
export const isOfType = (journeyId: string, id: string, markerType: MarkerType): SQL => sql`
  not exists (select from ${markers} where ${isMarkerOf(journeyId, id)} and ${markers.markerType} <> ${markerType})`;

/** A missing or `undefined` field stays as it is. */
export type MarkerChanges = {
  [K in 'name' | 'notes' | 'markerType']?: MarkerRow[K] | undefined;
} & {
  position?: Position | undefined;
  timestamp?: Date | null | undefined;
  estimatedTime?: Date | null | undefined;
};

/** A marker has one time: the timestamp of a past marker, or the estimated time of a planned one. */
function timeAfter({ markerType, timestamp, estimatedTime }: MarkerChanges): SQL {
  const given = (time: Date | null | undefined) =>
    time === undefined ? markers.at : sql`${sql.param(time, markers.at)}::timestamptz`;
  return sql`
    case ${markerType ?? markers.markerType} when 'past' then ${given(timestamp)} else ${given(estimatedTime)} end`;
}

/** The elevation belonged to the previous position, so it is removed. */
const moveTo = (position: Position) => ({
  position: pointAt(...position),
  cell: cellAt(position),
  elevationM: null,
});

export const updateMarker = (db: Db, journeyId: string, id: string, changes: MarkerChanges, now: Date) =>
  markPresenceChange(
    db
      .update(markers)
      .set({
        name: changes.name,
        notes: changes.notes,
        markerType: changes.markerType,
        ...(changes.position && moveTo(changes.position)),
        at: timeAfter(changes),
        version: sql`${markers.version} + 1`,
        updatedAt: now,
      })
      .where(isMarkerOf(journeyId, id))
      .returning(markerColumns),
  );

export const deleteMarker = (db: Db, journeyId: string, id: string) =>
  markPresenceChange(db.delete(markers).where(isMarkerOf(journeyId, id)).returning({ id: markers.id }));
