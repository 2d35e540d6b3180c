import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const referenceKinds = ['user_id', 'encounter_id', 'connection_id'] as const;
export const reportReasons = [
  'harassment',
  'threat',
  'stalking',
  'sexual_content',
  'spam',
  'impersonation',
  'underage',
  'other',
] as const;
export const outcomes = ['dismissed', 'suspended'] as const;
export const reportStates = ['open', ...outcomes] as const;

/** One row per reporter and reference to a rider. The reporter cannot read it back. */
export const reports = pgTable(
  'reports',
  {
    /** Derived from the reporter and the reference, so that it reveals nothing to the reporter. */
    id: uuid().primaryKey(),
    reporterId: uuid('reporter_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null where the account does not exist: not any more, or never. */
    reportedId: uuid('reported_id').references(() => users.id, { onDelete: 'set null' }),
    namedBy: text('named_by', { enum: referenceKinds }).notNull(),
    reason: text({ enum: reportReasons }).notNull(),
    message: text().notNull(),
    state: text({ enum: reportStates }).notNull().default('open'),
    /** From one admin to the next. */
    note: text().notNull().default(''),
    settledBy: uuid('settled_by').references(() => users.id, { onDelete: 'set null' }),
    settledAt: instant('settled_at'),
    version: integer().notNull().default(1),
    /** When an open report was opened. */
    createdAt: instant('created_at').notNull(),
    /** When it was last made, in any state: the daily limit counts it. */
    lastMadeAt: instant('last_made_at').notNull(),
  },
  (table) => [
    index('reports_reporter_id_idx').on(table.reporterId, table.lastMadeAt),
    index('reports_reported_id_idx').on(table.reportedId, table.reporterId),
    index('reports_settled_by_idx').on(table.settledBy).where(sql`settled_by is not null`),
    index('reports_list_idx').on(table.createdAt, table.id),
    index('reports_state_idx').on(table.state, table.createdAt, table.id),
  ],
);

export type ReportRow = typeof reports.$inferSelect;
