import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';
import { type PrivacyZoneRow, privacyZones } from './privacy-zone.table.ts';

const isOwned = (id: string, ownerId: string) => and(eq(privacyZones.id, id), eq(privacyZones.ownerId, ownerId));

export const listZones = (db: Db, ownerId: string): Promise<PrivacyZoneRow[]> =>
  db.select().from(privacyZones).where(eq(privacyZones.ownerId, ownerId)).orderBy(asc(privacyZones.id));

export const selectZone = (db: Db, id: string, ownerId: string) =>
  db.select().from(privacyZones).where(isOwned(id, ownerId));

/** One that is there already, sent again, stays as it is. */
export const insertZone = (db: Db, zone: PrivacyZoneRow) =>
  db.insert(privacyZones).values(zone).onConflictDoNothing({ target: privacyZones.id });

export type ZoneChanges = Partial<Omit<PrivacyZoneRow, 'id' | 'ownerId' | 'version' | 'createdAt' | 'updatedAt'>>;

export const updateZone = (db: Db, id: string, ownerId: string, changes: ZoneChanges, now: Date) =>
  db
    .update(privacyZones)
    .set({ ...changes, version: sql`${privacyZones.version} + 1`, updatedAt: now })
    .where(isOwned(id, ownerId))
    .returning();

export const deleteZone = (db: Db, id: string, ownerId: string) =>
  db.delete(privacyZones).where(isOwned(id, ownerId)).returning({ id: privacyZones.id });

/** A guard's condition that holds where there is such a zone; the rider is locked by then. */
export const zoneExists = (id: string, ownerId: string): SQL => sql`
  select true from ${privacyZones} where ${isOwned(id, ownerId)}`;

/** A guard's condition: there is room for one more, or it is there already. */
export const hasRoom = (id: string, ownerId: string, most: number): SQL => sql`
  select count(*) < ${most} from ${privacyZones} where ${and(eq(privacyZones.ownerId, ownerId), ne(privacyZones.id, id))}`;

/** What is published of the rider's lines is stale from now on, and the rider has said what is private. */
export const updateChoice = (db: Db, ownerId: string, now: Date) =>
  db
    .update(users)
    .set({
      privacyZones: sql`case when exists (select from ${privacyZones} where ${eq(privacyZones.ownerId, ownerId)})
        then 'set' else 'undecided' end`,
      zonesRevision: sql`${users.zonesRevision} + 1`,
      version: sql`${users.version} + 1`,
      updatedAt: now,
    })
    .where(eq(users.id, ownerId));

/** A guard's condition: the rider has said what is private. */
export const hasChosen = (ownerId: string): SQL => sql`
  select ${users.privacyZones} <> 'undecided' from ${users} where ${users.id} = ${ownerId}`;

/** A guard's condition; the rider is locked by it. */
export const hasNoZones = (ownerId: string): SQL => sql`
  select ${users.privacyZones} <> 'set' from ${users} where ${users.id} = ${ownerId} for update`;
