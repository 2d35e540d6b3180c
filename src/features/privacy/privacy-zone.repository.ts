import { and, asc, eq, ne, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { users } from '../users/user.table.ts';
import { type PrivacyZoneRow, privacyZones } from './privacy-zone.table.ts';

const isOwned = (id: string, ownerId: string) => and(eq(privacyZones.id, id), eq(privacyZones.ownerId, ownerId));

export const listZones = (db: Db, ownerId: string): Promise<PrivacyZoneRow[]> =>
  db.select().from(privacyZones).where(eq(privacyZones.ownerId, ownerId)).orderBy(asc(privacyZones.id));

export const selectZone = (db: Db, id: string, ownerId: string) =>
  db.select().from(privacyZones).where(isOwned(id, ownerId));

/** An existing zone with this id stays as it is. */
export const insertZone = (db: Db, zone: PrivacyZoneRow) =>
  db
    .insert(privacyZones)
    .values(zone)
    .onConflictDoNothing({ target: [privacyZones.ownerId, privacyZones.id] });

export type ZoneChanges = Partial<Omit<PrivacyZoneRow, 'id' | 'ownerId' | 'version' | 'createdAt' | 'updatedAt'>>;

export const updateZone = (db: Db, id: string, ownerId: string, changes: ZoneChanges, now: Date) =>
  db
    .update(privacyZones)
    .set({ ...changes, version: sql`${privacyZones.version} + 1`, updatedAt: now })
    .where(isOwned(id, ownerId))
    .returning();

export const deleteZone = (db: Db, id: string, ownerId: string) =>
  db.delete(privacyZones).where(isOwned(id, ownerId)).returning({ id: privacyZones.id });

export const isOwnZone = (id: string, ownerId: string): SQL => sql`
  select true from ${privacyZones} where ${isOwned(id, ownerId)}`;

/** The rider has room for one more zone, or has this one already. */
export const hasRoom = (id: string, ownerId: string, max: number): SQL => sql`
  select count(*) < ${max} from ${privacyZones} where ${and(eq(privacyZones.ownerId, ownerId), ne(privacyZones.id, id))}`;

/** Sets the choice to 'set' if the rider has zones, else to 'undecided'. Marks the published lines as out of date. */
export const updateZonesChoice = (db: Db, ownerId: string, now: Date) =>
  markPresenceChange(
    db
      .update(users)
      .set({
        privacyZones: sql`case when exists (select from ${privacyZones} where ${eq(privacyZones.ownerId, ownerId)})
        then 'set' else 'undecided' end`,
        zonesRevision: sql`${users.zonesRevision} + 1`,
        version: sql`${users.version} + 1`,
        updatedAt: now,
      })
      .where(eq(users.id, ownerId)),
  );

export const hasZonesChoice = (ownerId: string): SQL => sql`
  select ${users.privacyZones} <> 'undecided' from ${users} where ${users.id} = ${ownerId}`;

export const hasNoZones = (ownerId: string): SQL => sql`
  select ${users.privacyZones} <> 'set' from ${users} where ${users.id} = ${ownerId}`;
