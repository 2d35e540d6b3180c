import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';

/** Addresses that get no mails for a while, after a bounce or a spam complaint. */
export const suppressions = pgTable(
  'suppressions',
  {
    /** Keyed hash of the address. */
    addressHash: bytea('address_hash').primaryKey(),
    reason: text({ enum: ['bounce', 'complaint'] }).notNull(),
    until: instant().notNull(),
  },
  (table) => [index('suppressions_until_idx').on(table.until)],
);

export type Suppression = typeof suppressions.$inferInsert;
export type SuppressionReason = Suppression['reason'];
