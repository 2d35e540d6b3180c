import { and, desc, eq, getTableColumns, ne, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { audienceOf, isVisibleTo, seenStatus } from '../audience/audience.predicates.ts';
import type { Viewer } from '../audience/audience.rules.ts';
import { users } from '../users/user.table.ts';
import { type JourneyRow, journeys, type NewJourney } from './journey.table.ts';

const isOwned = (id: string | SQLWrapper, ownerId: string | SQLWrapper) =>
  and(eq(journeys.id, id), eq(journeys.ownerId, ownerId));

/** Journeys, newest first, after the creation time and id of the last row of the previous page. */
export const listJourneys = prepare(
  (
    db,
    {
      ownerId,
      viewerId,
      viewedAs,
      status,
      afterTime,
      afterId,
      limit,
      now,
    }: Given<
      Viewer & {
        ownerId: string;
        now: string;
        status?: JourneyRow['status'] | undefined;
        afterTime: string | undefined;
        afterId: string | undefined;
        limit: number;
      }
    >,
  ) => {
    const position =
      afterTime && sql`(${journeys.createdAt}, ${journeys.id}) < (${afterTime}::timestamptz, ${afterId}::uuid)`;
    const isWanted = status && eq(journeys.status, status);
    return db
      .select({ ...getTableColumns(journeys), status: seenStatus({ viewerId, viewedAs }, now) })
      .from(journeys)
      .where(and(eq(journeys.ownerId, ownerId), isVisibleTo({ viewerId, viewedAs }), isWanted, position))
      .orderBy(desc(journeys.createdAt), desc(journeys.id))
      .limit(limit);
  },
);

/** For others there may be two for a while, each with a delay of its own; the one that was started last is answered. */
export async function findActive(db: Db, ownerId: string, viewer: Viewer, now: Date): Promise<JourneyRow | undefined> {
  const status = seenStatus(viewer, now.toISOString());
  const [row] = await db
    .select({ ...getTableColumns(journeys), status })
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), sql`${status} = 'active'`, isVisibleTo(viewer)))
    .orderBy(sql`${journeys.statusAt} desc nulls last`)
    .limit(1);
  return row;
}

export const insertJourney = (db: Db, journey: NewJourney) =>
  db
    .insert(journeys)
    .values({ ...journey, no: sql`next_journey_no_of(${journey.ownerId})` })
    .onConflictDoNothing({ target: journeys.id });

export const selectOwned = prepare((db, { id, ownerId }: Given<{ id: string; ownerId: string }>) =>
  db.select().from(journeys).where(isOwned(id, ownerId)),
);

export const selectVisible = prepare(
  (db, { id, viewerId, viewedAs, now }: Given<Viewer & { id: string; now: string }>) =>
    db
      .select({
        ...getTableColumns(journeys),
        status: seenStatus({ viewerId, viewedAs }, now),
        audience: audienceOf({ viewerId, viewedAs }),
      })
      .from(journeys)
      .where(and(eq(journeys.id, id), isVisibleTo({ viewerId, viewedAs }))),
);

/** Locks the rider and then the journey, in the order of these clauses; true where the journey is the rider's. */
export const lockOwnJourneyRow = prepareCondition(
  ({ id, ownerId }: Given<{ id: string; ownerId: string }>) => sql`
    select true from ${journeys} join ${users} on ${users.id} = ${journeys.ownerId} where ${isOwned(id, ownerId)}
    for key share of ${users} for no key update of ${journeys}`,
);

export type JourneyChanges = {
  [K in 'name' | 'description' | 'visibility' | 'startsOn' | 'dailyDistanceM' | 'delayH' | 'status']?:
    | JourneyRow[K]
    | undefined;
};

const shownStatus = (now: Date) => sql`shown_status(${journeys}, ${now.toISOString()})`;

/** A status, with what others go on to see until the delay of the journey is over. The same status changes nothing. */
function statusChange(status: JourneyRow['status'], now: Date) {
  const isOther = sql`${journeys.status} <> ${status}`;
  const at = now.toISOString();
  return {
    status,
    statusBefore: shownStatus(now),
    statusAt: sql`case when ${isOther} then ${at} else ${journeys.statusAt} end`,
  };
}

export const updateJourney = (db: Db, id: string, ownerId: string, { status, ...changes }: JourneyChanges, now: Date) =>
  markPresenceChange(
    db
      .update(journeys)
      .set({
        ...changes,
        // What others have seen stays shown when the delay becomes longer.
        ...(changes.delayH !== undefined && { statusBefore: shownStatus(now) }),
        ...(status && statusChange(status, now)),
        version: sql`${journeys.version} + 1`,
        updatedAt: now,
      })
      .where(isOwned(id, ownerId))
      .returning(),
  );

export const deactivateOthers = (db: Db, id: string, ownerId: string, now: Date) =>
  db
    .update(journeys)
    .set({ ...statusChange('planned', now), version: sql`${journeys.version} + 1`, updatedAt: now })
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), ne(journeys.id, id)));

export const deleteJourney = (db: Db, id: string, ownerId: string) =>
  db.delete(journeys).where(isOwned(id, ownerId)).returning({ id: journeys.id });
