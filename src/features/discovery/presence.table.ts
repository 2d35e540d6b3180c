import { bigint, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/**
 * The published abstraction: all that strangers can ever learn of where a journey is, and when. Cells of about 25 km
 * and a bucket of three days after the journey's secret shift. No position, no day, no order. One row holds the cells
 * of one block of eight rows by eight columns, a bit for each.
 */
export const presence = pgTable(
  'presence',
  {
    block: integer().notNull(),
    bucket: integer().notNull(),
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    cells: bigint({ mode: 'bigint' }).notNull(),
  },
  (table) => [
    primaryKey({ name: 'presence_pkey', columns: [table.block, table.bucket, table.journeyNo] }),
    index('presence_journey_no_idx').on(table.journeyNo),
  ],
);
