import { and, eq, not, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare } from '../../db/prepared.ts';
import { isOutOfSight } from '../audience/audience.predicates.ts';
import { type UserRow, users } from './user.table.ts';

const selectUser = prepare((db, { id }: Given<{ id: string }>) => db.select().from(users).where(eq(users.id, id)));

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  const [row] = await selectUser(db, { id });
  return row;
}

export async function findPublicProfile(db: Db, id: string, viewerId: string) {
  const [row] = await db
    .select({ id: users.id, name: users.name, country: users.country, bio: users.bio })
    .from(users)
    .where(and(eq(users.id, id), users.takesPart, not(isOutOfSight(users.id, viewerId))));
  return row;
}

/** A missing or `undefined` field stays as it is. */
export type UserChanges = {
  [K in 'name' | 'username' | 'bio' | 'country' | 'isAdult' | 'ridersNear' | 'privacyZones']?: UserRow[K] | undefined;
};

/** The first digest is due as soon as the rider turns digests on. */
export const updateUser = (db: Db, id: string, changes: UserChanges, now: Date) =>
  db
    .update(users)
    .set({
      ...changes,
      nextDigestAt:
        (changes.ridersNear ?? 'never') === 'never'
          ? undefined
          : sql`coalesce(${users.nextDigestAt}, ${now.toISOString()})`,
      version: sql`${users.version} + 1`,
      updatedAt: now,
    })
    .where(eq(users.id, id))
    .returning();

/** The rider is hidden and should not be, or the other way round. */
export const wouldChangeHidden = (id: string, isHidden: boolean): SQL =>
  sql`exists (select from ${users} where ${users.id} = ${id} and (${users.hiddenAt} is null) = ${isHidden})`;

export const updateHidden = (db: Db, id: string, isHidden: boolean, now: Date) =>
  db
    .update(users)
    .set({
      hiddenAt: isHidden ? sql`coalesce(${users.hiddenAt}, ${now.toISOString()})` : null,
      version: sql`${users.version} + 1`,
      updatedAt: now,
    })
    .where(eq(users.id, id))
    .returning();
