import { and, desc, eq, type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type SensorKind, trackSensors } from './sensor.table.ts';
import { type TrackRow, tracks } from './track.table.ts';

type Kind = TrackRow['kind'];

const lineColumns = {
  id: tracks.id,
  journeyId: tracks.journeyId,
  importId: tracks.importId,
  kind: tracks.kind,
  ordinal: tracks.ordinal,
  /** The place of the line among the lines of its kind, from 1. */
  position: sql<number>`(
    select count(*)::int from ${tracks} earlier
    where earlier.journey_id = ${tracks}.journey_id and earlier.kind = ${tracks}.kind and earlier.ordinal <= ${tracks}.ordinal)`,
  name: tracks.name,
  distanceM: tracks.distanceM,
  ascentM: tracks.ascentM,
  pointCount: tracks.pointCount,
  /** The sensors of which something is kept. */
  sensors: sql<SensorKind[]>`coalesce((
    select to_json(array_remove(array[
      case when s.power_w is not null then 'power' end, case when s.cadence_rpm is not null then 'cadence' end,
      case when s.temperature_c is not null then 'temperature' end, case when s.heart_rate is not null then 'heart_rate' end
    ], null)) from ${trackSensors} s where s.track_id = ${tracks}.id), '[]')`,
  version: tracks.version,
  createdAt: tracks.createdAt,
};

/** A line without its points. */
export type Line = Pick<TrackRow, Exclude<keyof typeof lineColumns, 'position' | 'sensors'>> & {
  position: number;
  sensors: SensorKind[];
};

const isLineOf = (journeyId: string | SQLWrapper, id: string | SQLWrapper) =>
  and(eq(tracks.id, id), eq(tracks.journeyId, journeyId));

type Filter = {
  journeyId: string;
  ownerId: string;
  afterKind: Kind | undefined;
  afterOrdinal: number | undefined;
  limit: number;
};

/** Planned lines in order, then ridden lines in order, after the kind and ordinal of the last row of the previous page. */
export const selectOwnLines = prepare((db, { journeyId, ownerId, afterKind, afterOrdinal, limit }: Given<Filter>) => {
  const isAfter =
    afterKind &&
    sql`(${tracks.kind} < ${afterKind} or ${tracks.kind} = ${afterKind} and ${tracks.ordinal} > ${afterOrdinal}::integer)`;
  return db
    .select(lineColumns)
    .from(tracks)
    .innerJoin(journeys, eq(journeys.id, tracks.journeyId))
    .where(and(eq(tracks.journeyId, journeyId), eq(journeys.ownerId, ownerId), isAfter))
    .orderBy(desc(tracks.kind), tracks.ordinal)
    .limit(limit);
});

/** For a commit that has checked whose journey it is. */
export const selectLine = prepare((db, { journeyId, id }: Given<{ journeyId: string; id: string }>) =>
  db.select(lineColumns).from(tracks).where(isLineOf(journeyId, id)),
);

/** True for a line of the journey; locks it. */
export const lockLineRow = prepareCondition(
  ({ journeyId, id }: Given<{ journeyId: string; id: string }>) =>
    sql`select true from ${tracks} where ${isLineOf(journeyId, id)} for no key update`,
);

/** A name that is `undefined` stays as it is. */
export const updateLine = (db: Db, journeyId: string, id: string, name: string | null | undefined) =>
  markPresenceChange(
    db
      .update(tracks)
      .set({ name, version: sql`${tracks.version} + 1` })
      .where(isLineOf(journeyId, id)),
  );

export const deleteLine = (db: Db, journeyId: string, id: string) =>
  markPresenceChange(db.delete(tracks).where(isLineOf(journeyId, id)));

export const deleteLinesOfImport = (db: Db, journeyId: string, importId: string, kept: readonly string[]) =>
  markPresenceChange(
    db
      .delete(tracks)
      .where(
        and(
          eq(tracks.journeyId, journeyId),
          eq(tracks.importId, importId),
          sql`${tracks.id} <> all(${sql.param(kept)}::uuid[])`,
        ),
      ),
  );

/**
 * Gives the lines `l` of one kind of a journey other numbers, in this order. The unique index is checked row by row, so the new numbers
 * are all different from the old ones: they begin at 0, or above the old ones where those begin low.
 */
const renumber = (journeyId: Placeholder, lines: SQL, order: SQL): SQL => sql`
  update ${tracks} t set ordinal = n.first + n.rank
  from (
    select l.id, row_number() over (order by ${order}) - 1 as rank,
      case when min(l.ordinal) over () >= count(*) over () then 0 else max(l.ordinal) over () + 1 end as first
    from (${lines}) l
  ) n
  where t.id = n.id and t.journey_id = ${journeyId}`;

type Move = { journeyId: string; id: string; position: number };

/** Puts a line at a position among the lines of its kind, or at the end where there are fewer. */
const runMove = prepare((db, { journeyId, id, position }: Given<Move>) =>
  db.execute(
    renumber(
      journeyId,
      sql`
        select o.id, o.ordinal, o.id = ${id} as is_moved, row_number() over (partition by o.id = ${id} order by o.ordinal) as place
        from ${tracks} o
        where o.journey_id = ${journeyId} and o.kind = (select kind from ${tracks} where ${isLineOf(journeyId, id)})`,
      sql`case when l.is_moved then ${position}::integer else l.place end, l.is_moved desc`,
    ),
  ),
);

export const moveLine = (db: Db, move: Move) => markPresenceChange(runMove(db, move));

type Replacement = { journeyId: string; importId: string; kind: Kind; ids: readonly string[] };

/** Puts new lines of an import, which are the last ones, where the first of its other lines of that kind is. */
const runReplacement = prepare((db, { journeyId, importId, kind, ids }: Given<Replacement>) =>
  db.execute(
    renumber(
      journeyId,
      sql`
        select o.id, o.ordinal, case when o.id = any(${ids}::uuid[]) then coalesce((
          select min(b.ordinal) from ${tracks} b
          where b.journey_id = ${journeyId} and b.import_id = ${importId} and b.kind = ${kind} and b.id <> all(${ids}::uuid[])
        ), o.ordinal) else o.ordinal end as place
        from ${tracks} o where o.journey_id = ${journeyId} and o.kind = ${kind}`,
      sql`l.place, l.ordinal`,
    ),
  ),
);

export const placeReplacement = (db: Db, replacement: Replacement) =>
  markPresenceChange(runReplacement(db, replacement));
