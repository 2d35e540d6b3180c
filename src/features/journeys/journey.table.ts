import { sql } from 'drizzle-orm';
import { check, date, doublePrecision, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const journeyStatuses = ['planned', 'active', 'completed'] as const;
export const journeyVisibilities = ['private', 'discoverable', 'public'] as const;

export const journeys = pgTable(
  'journeys',
  {
    id: uuid().primaryKey(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    description: text().notNull().default(''),
    status: text({ enum: journeyStatuses }).notNull().default('planned'),
    visibility: text({ enum: journeyVisibilities }).notNull().default('private'),
    startsOn: date('starts_on', { mode: 'string' }),
    dailyDistanceM: doublePrecision('daily_distance_m'),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('journeys_one_active_key').on(table.ownerId).where(sql`status = 'active'`),
    index('journeys_owner_id_idx').on(table.ownerId, table.createdAt, table.id),
    check('journeys_daily_distance_positive', sql`daily_distance_m > 0`),
  ],
);

export type JourneyRow = typeof journeys.$inferSelect;
export type NewJourney = typeof journeys.$inferInsert;
