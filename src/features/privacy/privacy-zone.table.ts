import { doublePrecision, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** A place that a rider keeps private, and the circle that is cut out instead of it (`cover.rules.ts`). */
export const privacyZones = pgTable(
  'privacy_zones',
  {
    /** Unique among the zones of the rider alone, so that no id tells of the zones of another rider. */
    id: uuid().notNull(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    longitude: doublePrecision().notNull(),
    latitude: doublePrecision().notNull(),
    radiusM: integer('radius_m').notNull(),
    coverLongitude: doublePrecision('cover_longitude').notNull(),
    coverLatitude: doublePrecision('cover_latitude').notNull(),
    coverRadiusM: integer('cover_radius_m').notNull(),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ name: 'privacy_zones_pkey', columns: [table.ownerId, table.id] })],
);

export type PrivacyZoneRow = typeof privacyZones.$inferSelect;
