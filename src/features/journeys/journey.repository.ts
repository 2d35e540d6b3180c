import { and, desc, eq, getTableColumns, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { isExactlyVisibleTo, isVisibleTo } from '../audience/audience.predicates.ts';
import { type JourneyRow, journeys, type NewJourney } from './journey.table.ts';

const isOwned = (id: string, ownerId: string) => and(eq(journeys.id, id), eq(journeys.ownerId, ownerId));

/** Journeys, newest first. `after` is the creation time and id of the last row of the previous page. */
export function listJourneys(
  db: Db,
  filter: { ownerId: string; viewerId: string; status?: JourneyRow['status'] | undefined },
  { after, limit }: { after: readonly string[] | undefined; limit: number },
): Promise<JourneyRow[]> {
  const position =
    after && sql`(${journeys.createdAt}, ${journeys.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`;
  const isWanted = filter.status && eq(journeys.status, filter.status);
  return db
    .select()
    .from(journeys)
    .where(and(eq(journeys.ownerId, filter.ownerId), isVisibleTo(filter.viewerId), isWanted, position))
    .orderBy(desc(journeys.createdAt), desc(journeys.id))
    .limit(limit);
}

export async function findActive(db: Db, ownerId: string, viewerId: string): Promise<JourneyRow | undefined> {
  const [row] = await db
    .select()
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), isVisibleTo(viewerId)));
  return row;
}

export const insertJourney = (db: Db, journey: NewJourney) =>
  db.insert(journeys).values(journey).onConflictDoNothing({ target: journeys.id });

export const selectOwned = (db: Db, id: string, ownerId: string) =>
  db.select().from(journeys).where(isOwned(id, ownerId));

/** `isExact`: the viewer owns the journey, or the owner has granted the viewer to see it exactly. */
export const selectVisible = (db: Db, id: string, viewerId: string) =>
  db
    .select({
      ...getTableColumns(journeys),
      isExact: sql<boolean>`(${journeys.ownerId} = ${viewerId} or ${isExactlyVisibleTo(viewerId)})`,
    })
    .from(journeys)
    .where(and(eq(journeys.id, id), isVisibleTo(viewerId)));

/** Locks the journey; true where it is the rider's. */
export const lockOwnJourneyRow = (id: string, ownerId: string): SQL =>
  sql`select true from ${journeys} where ${isOwned(id, ownerId)} for no key update`;

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
