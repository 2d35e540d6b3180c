import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';

/** Wrong passwords, counted before they are checked, so that no number of them at once is fewer. */
export const attempts = pgTable(
  'attempts',
  {
    /** What is counted: an account, a network, the two together, or a known device. Keyed hashes but for account ids. */
    key: text().primaryKey(),
    failures: integer().notNull(),
    lastAt: instant('last_at').notNull(),
    lockedUntil: instant('locked_until'),
    /** Whether the attempt that was counted last came while locked. */
    wasLocked: boolean('was_locked').notNull(),
  },
  (table) => [index('attempts_last_at_idx').on(table.lastAt)],
);
