import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { marksPresence } from '../../db/commit.ts';
import { type Box, isInBox, pointAt, positionOf } from '../../db/geo.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellAt } from '../../lib/grid.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type MarkerRow, markers, type PlacedMarker } from './marker.table.ts';

type MarkerType = MarkerRow['markerType'];

const placed = {
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

const isOf = (journeyId: string, id: string) => and(eq(markers.id, id), eq(markers.journeyId, journeyId));
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
): Promise<PlacedMarker | undefined> {
  const [row] = await db
    .select(placed)
    .from(markers)
    .where(and(eq(markers.id, id), isOwned(db, journeyId, ownerId)));
  return row;
}

/** Written as in the index `markers_in_order_idx`. */
const inOrder = sql`coalesce(${markers.at}, 'infinity')`;

/** In order of time, those without one last; `after` is the time and id of the last row seen. */
export function selectInOrder(
  db: Db,
  filter: { journeyId: string; ownerId: string; markerType?: MarkerType | undefined; box?: Box | undefined },
  { after, limit }: { after: readonly string[] | undefined; limit: number },
) {
  const position = after && sql`(${inOrder}, ${markers.id}) > (${after[0]}::timestamptz, ${after[1]}::uuid)`;
  const isWanted = filter.markerType && eq(markers.markerType, filter.markerType);
  const isInside = filter.box && isInBox(markers.position, filter.box);
  return db
    .select(placed)
    .from(markers)
    .where(and(isOwned(db, filter.journeyId, filter.ownerId), isWanted, isInside, position))
    .orderBy(inOrder, markers.id)
    .limit(limit);
}

export const selectMarkers = (db: Db, journeyId: string, ids: readonly string[]) =>
  db
    .select(placed)
    .from(markers)
    .where(and(eq(markers.journeyId, journeyId), isAnyOf(ids)));

export type NewMarker = Omit<PlacedMarker, 'journeyId' | 'version' | 'createdAt' | 'updatedAt'>;

/**
 * Any number of markers in one parameter. Existing markers of the journey stay as they are; an id in use elsewhere
 * violates the primary key. Inserted in the order of their ids, so that two commits with the same ids cannot deadlock.
 */
export function insertMarkers(db: Db, journeyId: string, rows: readonly NewMarker[], now: Date) {
  const flat = rows.map(({ position, ...row }) => {
    const [longitude, latitude] = position;
    return { ...row, longitude, latitude, cell: cellAt(position) };
  });
  return marksPresence(
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

/** The journey has room for `count` markers; those of `ids` that it has already take none. */
export const hasRoom = (
  journeyId: string,
  { ids, count }: { ids: readonly string[]; count: number },
  max: number,
): SQL => sql`
  select count(*) + ${count} <= ${max} from ${markers}
  where ${eq(markers.journeyId, journeyId)} and not ${isAnyOf(ids)}`;

/** True for a marker of the journey; locks it. */
export const lockedMarker = (journeyId: string, id: string): SQL => sql`
  select true from ${markers} where ${isOf(journeyId, id)} for no key update`;

/** The marker is of that type, or does not exist. */
export const isOfType = (journeyId: string, id: string, markerType: MarkerType): SQL => sql`
  not exists (select from ${markers} where ${isOf(journeyId, id)} and ${markers.markerType} <> ${markerType})`;

/** A field left out, or `undefined`, stays as it is. */
export type MarkerChanges = {
  [K in 'name' | 'notes' | 'markerType']?: MarkerRow[K] | undefined;
} & {
  position?: Position | undefined;
  timestamp?: Date | null | undefined;
  estimatedTime?: Date | null | undefined;
};

/** A marker has one time: the timestamp of a past one, the estimated time of a planned one. */
function timeAfter({ markerType, timestamp, estimatedTime }: MarkerChanges): SQL {
  const given = (time: Date | null | undefined) =>
    time === undefined ? markers.at : sql`${sql.param(time, markers.at)}::timestamptz`;
  return sql`
    case ${markerType ?? markers.markerType} when 'past' then ${given(timestamp)} else ${given(estimatedTime)} end`;
}

/** The elevation was that of the place where the marker was. */
const moveTo = (position: Position) => ({
  position: pointAt(...position),
  cell: cellAt(position),
  elevationM: null,
});

export const updateMarker = (db: Db, journeyId: string, id: string, changes: MarkerChanges, now: Date) =>
  marksPresence(
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
      .where(isOf(journeyId, id))
      .returning(placed),
  );

export const deleteMarker = (db: Db, journeyId: string, id: string) =>
  marksPresence(db.delete(markers).where(isOf(journeyId, id)).returning({ id: markers.id }));
