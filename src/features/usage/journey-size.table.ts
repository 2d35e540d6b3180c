import { bigint, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/**
 * What a journey stores, so that a bound is checked without counting rows. Triggers of the counted tables change it
 * (`migrations/functions/count_lines.sql`, `count_markers.sql` and `count_imports.sql`). An empty journey may have no row.
 */
export const journeySizes = pgTable('journey_sizes', {
  journeyId: uuid('journey_id')
    .primaryKey()
    .references(() => journeys.id, { onDelete: 'cascade' }),
  lines: integer().notNull(),
  points: integer().notNull(),
  markers: integer().notNull(),
  imports: integer().notNull(),
  /** Of lines, and of the names and notes of markers. */
  bytes: bigint({ mode: 'number' }).notNull(),
});
