import { integer, pgTable, primaryKey, smallint } from 'drizzle-orm/pg-core';

/**
 * How many riders presence has in a map's cell in a bucket: made anew each night, rounded down to a multiple of five,
 * and no row where there are fewer. A map's cell is 2 ** level rows of the grid high.
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
