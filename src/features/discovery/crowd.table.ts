import { integer, pgTable, primaryKey, smallint } from 'drizzle-orm/pg-core';

/**
 * How many riders presence has in a map's cell in a bucket: counted anew each night and rounded down to a multiple of
 * five. A cell with fewer than five has no row. A map's cell is 2 ** level rows of the grid high.
 */
export const crowds = pgTable(
  'crowds',
  {
    level: smallint().notNull(),
    cell: integer().notNull(),
    bucket: integer().notNull(),
    riders: integer().notNull(),
  },
  (table) => [primaryKey({ name: 'crowds_pkey', columns: [table.level, table.cell, table.bucket] })],
);
