import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';

/** Attempts at a password. Each is counted before the password is checked, so that parallel attempts all count. */
export const attempts = pgTable(
  'attempts',
  {
    /** An account, a network, the two together, or a known device. Keyed hashes, apart from account ids. */
    key: text().primaryKey(),
    failures: integer().notNull(),
    lastAt: instant('last_at').notNull(),
    lockedUntil: instant('locked_until'),
    /** The last attempt came while the key was locked. */
    wasLocked: boolean('was_locked').notNull(),
  },
  (table) => [index('attempts_last_at_idx').on(table.lastAt)],
);
