import { and, eq, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Box, isInBox, pointAt, positionOf } from '../../db/geo.ts';
import { type Builder, type Given, prepare, prepareCondition } from '../../db/prepared.ts';
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

type OwnJourney = { journeyId: string; ownerId: string };

const isMarkerOf = (journeyId: string, id: string) => and(eq(markers.id, id), eq(markers.journeyId, journeyId));
const isAnyOf = (ids: Placeholder): SQL => sql`${markers.id} = any(${ids}::uuid[])`;

const ownJourney = (db: Builder, { journeyId, ownerId }: Given<OwnJourney>) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(and(eq(journeys.id, journeyId), eq(journeys.ownerId, ownerId)));

const isOwned = (db: Builder, journey: Given<OwnJourney>): SQL => eq(markers.journeyId, ownJourney(db, journey));

export const selectOwnJourney = prepare(ownJourney);

const selectOwnMarker = prepare((db, { id, ...journey }: Given<OwnJourney & { id: string }>) =>
  db
    .select(markerColumns)
    .from(markers)
    .where(and(eq(markers.id, id), isOwned(db, journey))),
);

export async function findOwnMarker(
  db: Db,
  values: OwnJourney & { id: string },
): Promise<MarkerWithPosition | undefined> {
  const [row] = await selectOwnMarker(db, values);
  return row;
}

/** Written as in the index `markers_in_order_idx`. */
const timeOrder = sql`coalesce(${markers.at}, 'infinity')`;

type Filter = OwnJourney & {
  markerType: MarkerType | undefined;
  box: Box | undefined;
  afterTime: string | undefined;
  afterId: string | undefined;
  limit: number;
};

/**
 * Markers in order of time, those without a time last, after the time and id of the last row of the previous page.
 */
export const selectInOrder = prepare(
  (db, { markerType, box, afterTime, afterId, limit, ...journey }: Given<Filter>) => {
    const position = afterTime && sql`(${timeOrder}, ${markers.id}) > (${afterTime}::timestamptz, ${afterId}::uuid)`;
    const isWanted = markerType && eq(markers.markerType, markerType);
    const isInside = box && isInBox(markers.position, box);
    return db
      .select(markerColumns)
      .from(markers)
      .where(and(isOwned(db, journey), isWanted, isInside, position))
      .orderBy(timeOrder, markers.id)
      .limit(limit);
  },
);

export const selectMarkers = prepare((db, { journeyId, ids }: Given<{ journeyId: string; ids: readonly string[] }>) =>
  db
    .select(markerColumns)
    .from(markers)
    .where(and(eq(markers.journeyId, journeyId), isAnyOf(ids))),
);

export type NewMarker = Omit<MarkerWithPosition, 'journeyId' | 'version' | 'createdAt' | 'updatedAt'>;

type Insertion = { journeyId: string; importId: string | null; markers: string; at: string };

/** The values of any number of markers, as one parameter. */
export const insertionOf = (
  journeyId: string,
  rows: readonly NewMarker[],
  now: Date,
  importId: string | null = null,
): Insertion => {
  const flat = rows.map(({ position, ...row }) => {
    const [longitude, latitude] = position;
    return { ...row, longitude, latitude, cell: cellAt(position) };
  });
  return { journeyId, importId, markers: JSON.stringify(flat), at: now.toISOString() };
};

/** Inserts any number of markers with one parameter. */
export const insertMarkers = (db: Db, given: Insertion) => markPresenceChange(runInsertion(db, given));

/**
 * Existing markers of the journey, which is locked, stay as they are.
 */
const insertion = ({ journeyId, importId, markers: rows, at }: Given<Insertion>): SQL => sql`
  insert into ${markers}
    (id, journey_id, name, notes, marker_type, position, elevation_m, cell, at, placed_at, import_id, created_at, updated_at)
  select n.id, ${journeyId}::uuid, n.name, n.notes, n."markerType", ${pointAt(sql`n.longitude`, sql`n.latitude`)},
    n."elevationM", n.cell, n.at, ${at}::timestamptz, ${importId}::uuid, ${at}::timestamptz, ${at}::timestamptz
  from json_to_recordset(${rows}) as n (
    id uuid, name text, notes text, "markerType" text, longitude float8, latitude float8, "elevationM" float8,
    cell integer, at timestamptz
  )
  where not exists (select from ${markers} m where m.id = n.id and m.journey_id = ${journeyId})`;

const runInsertion = prepare((db, given: Given<Insertion>) => db.execute(insertion(given)));

const runInsertionAndSelect = prepare((db, { ids, ...given }: Given<Insertion & { ids: readonly string[] }>) => {
  const inserted = db.$with('inserted', {}).as(sql`${insertion(given)} returning *`);
  const existing = sql`select * from ${markers} where ${markers.journeyId} = ${given.journeyId} and ${isAnyOf(ids)}`;
  // This name hides the table from the query that follows, so that the query also reads the inserted rows.
  const both = db.$with('markers', {}).as(sql`select * from inserted union all ${existing}`);
  return db.with(inserted, both).select(markerColumns).from(markers);
});

/** Inserts the markers, and answers them together with the existing ones that have these ids. */
export const insertAndSelectMarkers = (db: Db, given: Insertion & { ids: readonly string[] }) =>
  markPresenceChange(runInsertionAndSelect(db, given));

/** The journey has room for `count` more markers. Existing markers with these ids need no room. */
export const hasRoom = prepareCondition(
  ({
    journeyId,
    ids,
    count,
    max,
  }: Given<{ journeyId: string; ids: readonly string[]; count: number; max: number }>) => sql`
  select count(*) + ${count} <= ${max} from ${markers}
  where ${eq(markers.journeyId, journeyId)} and not ${isAnyOf(ids)}`,
);

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

/** A change of what others may learn of a past marker counts as a new arrival. */
function placedAfter(changes: MarkerChanges, now: Date): SQL {
  const { position, markerType } = changes;
  const after = sql`${markerType ?? markers.markerType}, ${position ? cellAt(position) : markers.cell}, ${timeAfter(changes)}`;
  return sql`case when (${markers.markerType}, ${markers.cell}, ${markers.at}) is distinct from (${after})
    then ${sql.param(now, markers.placedAt)}::timestamptz else ${markers.placedAt} end`;
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
        placedAt: placedAfter(changes, now),
        version: sql`${markers.version} + 1`,
        updatedAt: now,
      })
      .where(isMarkerOf(journeyId, id))
      .returning(markerColumns),
  );

export const deleteMarker = (db: Db, journeyId: string, id: string) =>
  markPresenceChange(db.delete(markers).where(isMarkerOf(journeyId, id)).returning({ id: markers.id }));

/** Deletes the markers of an import that have not been changed since. */
export const deleteMarkersOfImport = (db: Db, journeyId: string, importId: string) =>
  markPresenceChange(
    db
      .delete(markers)
      .where(and(eq(markers.journeyId, journeyId), eq(markers.importId, importId), eq(markers.version, 1))),
  );
