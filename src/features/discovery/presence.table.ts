import { index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/**
 * The published abstraction: all that strangers can ever learn of where a journey is, and when. A cell of about
 * 25 km and a bucket of three days after the journey's secret shift. No position, no day, no order.
 */
export const presence = pgTable(
  'presence',
  {
    cell: integer().notNull(),
    bucket: integer().notNull(),
    journeyId: uuid('journey_id')
      .notNull()
      .references(() => journeys.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ name: 'presence_pkey', columns: [table.cell, table.bucket, table.journeyId] }),
    index('presence_journey_id_idx').on(table.journeyId),
  ],
);
