import { and, desc, eq, getTableColumns, ne, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { isExactlyVisibleTo, isVisibleTo } from '../audience/audience.predicates.ts';
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
      status,
      afterTime,
      afterId,
      limit,
    }: Given<{
      ownerId: string;
      viewerId: string;
      status?: JourneyRow['status'] | undefined;
      afterTime: string | undefined;
      afterId: string | undefined;
      limit: number;
    }>,
  ) => {
    const position =
      afterTime && sql`(${journeys.createdAt}, ${journeys.id}) < (${afterTime}::timestamptz, ${afterId}::uuid)`;
    const isWanted = status && eq(journeys.status, status);
    return db
      .select()
      .from(journeys)
      .where(and(eq(journeys.ownerId, ownerId), isVisibleTo(viewerId), isWanted, position))
      .orderBy(desc(journeys.createdAt), desc(journeys.id))
      .limit(limit);
  },
);

export async function findActive(db: Db, ownerId: string, viewerId: string): Promise<JourneyRow | undefined> {
  const [row] = await db
    .select()
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), isVisibleTo(viewerId)));
  return row;
}

export const insertJourney = (db: Db, journey: NewJourney) =>
  db.insert(journeys).values(journey).onConflictDoNothing({ target: journeys.id });

export const selectOwned = prepare((db, { id, ownerId }: Given<{ id: string; ownerId: string }>) =>
  db.select().from(journeys).where(isOwned(id, ownerId)),
);

/** `isExact`: the viewer owns the journey, or the owner has granted the viewer to see it exactly. */
export const selectVisible = prepare((db, { id, viewerId }: Given<{ id: string; viewerId: string }>) =>
  db
    .select({
      ...getTableColumns(journeys),
      isExact: sql<boolean>`(${journeys.ownerId} = ${viewerId} or ${isExactlyVisibleTo(viewerId)})`,
    })
    .from(journeys)
    .where(and(eq(journeys.id, id), isVisibleTo(viewerId))),
);

/** Locks the journey; true where it is the rider's. */
export const lockOwnJourneyRow = prepareCondition(
  ({ id, ownerId }: Given<{ id: string; ownerId: string }>) =>
    sql`select true from ${journeys} where ${isOwned(id, ownerId)} for no key update`,
);

export type JourneyChanges = {
  [K in 'name' | 'description' | 'visibility' | 'startsOn' | 'dailyDistanceM' | 'delayH' | 'status']?:
    | JourneyRow[K]
    | undefined;
};

export const updateJourney = (db: Db, id: string, ownerId: string, changes: JourneyChanges, now: Date) =>
  markPresenceChange(
    db
      .update(journeys)
      .set({ ...changes, version: sql`${journeys.version} + 1`, updatedAt: now })
      .where(isOwned(id, ownerId))
      .returning(),
  );

export const deactivateOthers = (db: Db, id: string, ownerId: string, now: Date) =>
  db
    .update(journeys)
    .set({ status: 'planned', version: sql`${journeys.version} + 1`, updatedAt: now })
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), ne(journeys.id, id)));

export const deleteJourney = (db: Db, id: string, ownerId: string) =>
  db.delete(journeys).where(isOwned(id, ownerId)).returning({ id: journeys.id });
