import { doublePrecision, index, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/**
 * The plan that others see in place of the true one. It survives changes of the plan, and its journey, so that a plan
 * that is made again shows the same. Only its rider learns of it, by `publications`.
 */
export const publishedPlans = pgTable(
  'published_plans',
  {
    /** No foreign key: a deleted journey may be made anew. A nightly job deletes the plans of past days. */
    journeyId: uuid('journey_id').primaryKey(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** How often the plan has left what was published, and was drawn anew. */
    draws: integer().notNull().default(0),
    /** The moment from which the skew of planned markers counts. */
    clockFrom: instant('clock_from'),
    /** The published first day and pace of the planned line; null without a line that has days. */
    firstAt: instant('first_at'),
    paceM: doublePrecision('pace_m'),
    /** The cells of the line, and where it enters each for the first time. */
    cells: integer().array().notNull().default([]),
    entriesM: doublePrecision('entries_m').array().notNull().default([]),
    /** The published moments of planned markers, by cell. */
    campCells: integer('camp_cells').array().notNull().default([]),
    campAt: instant('camp_at').array().notNull().default([]),
    updatedAt: instant('updated_at').notNull(),
    /** The night in which the journey was found to be deleted. */
    journeyGoneAt: instant('journey_gone_at'),
  },
  (table) => [index('published_plans_owner_id_idx').on(table.ownerId)],
);
