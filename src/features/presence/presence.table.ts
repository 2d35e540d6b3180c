import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/**
 * The published abstraction: everything that strangers learn of a discoverable journey, namely where it is, and when.
 * (A public journey also shows its name and its published lines.) It has cells of about 25 km and buckets of three days
 * after the journey's secret shift, but no position, day or order. A place is a block of four rows by eight columns of
 * cells in two buckets. `visits` has a bit for each of these cells.
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
    // In the database the index includes `visits` (migrations/0000_baseline.sql). Drizzle cannot express that.
    primaryKey({ name: 'presence_pkey', columns: [table.place, table.journeyNo] }),
    index('presence_journey_no_idx').on(table.journeyNo),
    // For searches among a part of the riders. In the database it includes the number and `visits`.
    index('presence_part_idx').on(sql`(${table.place} >> 15)`, sql`(${table.journeyNo} >> 26)`, table.place),
  ],
);
