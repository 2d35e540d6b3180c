import { bigint, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/**
 * The published abstraction: all that strangers can ever learn of where a journey is, and when. Cells of about 25 km
 * and a bucket of three days after the journey's secret shift. No position, no day, no order. A place is a block of four
 * rows by eight columns of cells in two buckets; one row has a bit for each of them.
 */
export const presence = pgTable(
  'presence',
  {
    place: integer().notNull(),
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    visits: bigint({ mode: 'bigint' }).notNull(),
  },
  (table) => [
    // In the database the index includes the bits (migrations/0000_baseline.sql); drizzle has no word for that.
    primaryKey({ name: 'presence_pkey', columns: [table.place, table.journeyNo] }),
    index('presence_journey_no_idx').on(table.journeyNo),
  ],
);
