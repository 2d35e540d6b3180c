import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const countedKinds = ['journeys', 'imports', 'connection_requests'] as const;

/** How many things a rider has made since `startedAt`. A count ends after a day, and what is deleted still counts. */
export const dailyCounts = pgTable(
  'daily_counts',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text({ enum: countedKinds }).notNull(),
    startedAt: instant('started_at').notNull(),
    made: integer().notNull(),
  },
  (table) => [
    primaryKey({ name: 'daily_counts_pkey', columns: [table.userId, table.kind] }),
    index('daily_counts_started_at_idx').on(table.startedAt),
  ],
);

export type CountedKind = (typeof countedKinds)[number];
