import { and, desc, eq, getTableColumns, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { Guard } from '../../db/commit.ts';
import { areShownExactlyTo, visibleTo } from '../connections/connection.table.ts';
import { users } from '../users/user.table.ts';
import { journeyNotFound } from './journey.errors.ts';
import { type JourneyRow, journeys, type NewJourney } from './journey.table.ts';

const isOwned = (id: string, ownerId: string) => and(eq(journeys.id, id), eq(journeys.ownerId, ownerId));

/** Newest first; `after` is the creation time and id of the last row seen. */
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
    .where(and(eq(journeys.ownerId, filter.ownerId), visibleTo(filter.viewerId), isWanted, position))
    .orderBy(desc(journeys.createdAt), desc(journeys.id))
    .limit(limit);
}

export async function findActive(db: Db, ownerId: string, viewerId: string): Promise<JourneyRow | undefined> {
  const [row] = await db
    .select()
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), visibleTo(viewerId)));
  return row;
}

export const insertJourney = (db: Db, journey: NewJourney) =>
  db.insert(journeys).values(journey).onConflictDoNothing({ target: journeys.id });

export const selectOwned = (db: Db, id: string, ownerId: string) =>
  db.select().from(journeys).where(isOwned(id, ownerId));

/** With whether the viewer may know it exactly: it is theirs, or its rider has granted it. */
export const selectVisible = (db: Db, id: string, viewerId: string) =>
  db
    .select({
      ...getTableColumns(journeys),
      isExact: sql<boolean>`(${journeys.ownerId} = ${viewerId} or ${areShownExactlyTo(viewerId)})`,
    })
    .from(journeys)
    .where(and(eq(journeys.id, id), visibleTo(viewerId)));

/** Holds where the journey is the rider's; locks it, so that what a commit derives from it is not overtaken. */
export const journeyOwned = (id: string, ownerId: string): Guard => ({
  condition: sql`select true from ${journeys} where ${isOwned(id, ownerId)} for no key update`,
  error: journeyNotFound,
});

/** Locks all journeys of the rider, in one order. */
export const journeysLocked = (ownerId: string): SQL => sql`
  select count(*) >= 0 from (select from ${journeys} where ${journeys.ownerId} = ${ownerId} order by id for no key update) as locked`;

/** Locks the rider, so that two journeys activated at once take their turns. */
export const riderLocked = (ownerId: string): SQL =>
  sql`select true from ${users} where ${users.id} = ${ownerId} for update`;

export type JourneyChanges = {
  [K in 'name' | 'description' | 'visibility' | 'startsOn' | 'dailyDistanceM' | 'delayH' | 'status']?:
    | JourneyRow[K]
    | undefined;
};

export const updateJourney = (db: Db, id: string, ownerId: string, changes: JourneyChanges, now: Date) =>
  db
    .update(journeys)
    .set({ ...changes, version: sql`${journeys.version} + 1`, updatedAt: now })
    .where(isOwned(id, ownerId))
    .returning();

export const deactivateOthers = (db: Db, id: string, ownerId: string, now: Date) =>
  db
    .update(journeys)
    .set({ status: 'planned', version: sql`${journeys.version} + 1`, updatedAt: now })
    .where(and(eq(journeys.ownerId, ownerId), eq(journeys.status, 'active'), ne(journeys.id, id)));

export const deleteJourney = (db: Db, id: string, ownerId: string) =>
  db.delete(journeys).where(isOwned(id, ownerId)).returning({ id: journeys.id });
