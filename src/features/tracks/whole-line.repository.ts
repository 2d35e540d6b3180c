import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type Given, prepare } from '../../db/prepared.ts';
import { audienceOf, isVisibleTo } from '../audience/audience.predicates.ts';
import type { Viewer } from '../audience/audience.rules.ts';
import { journeys } from '../journeys/journey.table.ts';
import { trackSensors } from './sensor.table.ts';
import { seenLines } from './track.repository.ts';
import { type TrackRow, tracks } from './track.table.ts';

export const selectSeenJourney = prepare((db, { id, ...viewer }: Given<Viewer & { id: string }>) =>
  db
    .select({ name: journeys.name, audience: audienceOf(viewer) })
    .from(journeys)
    .where(and(eq(journeys.id, id), isVisibleTo(viewer))),
);

/** The lines of the caller's own journey, in order. No rows for the journey of another rider. */
export const selectOwnIndex = prepare((db, { journeyId, ownerId }: Given<{ journeyId: string; ownerId: string }>) =>
  db
    .select({ id: tracks.id, kind: tracks.kind, pointCount: tracks.pointCount })
    .from(tracks)
    .where(
      inArray(
        tracks.journeyId,
        db
          .select({ id: journeys.id })
          .from(journeys)
          .where(and(eq(journeys.id, journeyId), eq(journeys.ownerId, ownerId))),
      ),
    )
    .orderBy(asc(tracks.ordinal)),
);

/** A line with all its points. All but `id` and `name` is base64, which lib/binary-columns.ts reads. */
export type WholeLineRow = {
  id: string;
  name: string | null;
  line: string;
  recorded_at: string | null;
  power_w: string | null;
  cadence_rpm: string | null;
  temperature_c: string | null;
  heart_rate: string | null;
};

type WholeLineQuery = Viewer & {
  journeyId: string;
  kind: TrackRow['kind'];
  now: Date;
  /** The ids of the wanted lines; undefined for all. */
  ids: readonly string[] | undefined;
  /** Whether the owner gets what sensors measured. Others never do. Most calls leave it out, and have SQL without it. */
  hasSensors: true | undefined;
};

/**
 * The lines that the viewer sees, in order. Binary, because Postgres would take many times as long to write 300,000
 * points as text, and the text would be three times as long.
 */
export const selectWholeLines = prepare((db, { ids, hasSensors, ...query }: Given<WholeLineQuery>) => {
  const isWanted: SQL = ids ? sql`id = any(${ids}::uuid[])` : sql`true`;
  const isAsked: SQL = hasSensors
    ? sql`${hasSensors}::boolean and (select audience from journey) = 'owner' and s.track_id = seen.id`
    : sql`false`;
  return db.execute<WholeLineRow>(sql`
    with ${seenLines(query)}
    select id, name, encode(array_send(recorded_at), 'base64') as recorded_at,
      encode(array_send(s.power_w), 'base64') as power_w, encode(array_send(s.cadence_rpm), 'base64') as cadence_rpm,
      encode(array_send(s.temperature_c), 'base64') as temperature_c, encode(s.heart_rate, 'base64') as heart_rate,
      encode(ST_AsBinary(ST_Multi(case when has_elevation then ST_Force3DZ(line) else ST_Force2D(line) end), 'NDR'), 'base64') as line
    from seen left join ${trackSensors} s on ${isAsked}
    where ${isWanted} and not ST_IsEmpty(line) order by ordinal`);
});
