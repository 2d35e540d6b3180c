import { sql } from 'drizzle-orm';
import { doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { geographyPoint, instant } from '../../db/columns.ts';
import type { Position } from '../../lib/geodesy.ts';
import { journeys } from '../journeys/journey.table.ts';

export const markerTypes = ['past', 'plan'] as const;

export const markers = pgTable(
  'markers',
  {
    /** Unique within the journey alone, so that no id tells of the markers of another rider. */
    id: uuid().notNull(),
    journeyId: uuid('journey_id')
      .notNull()
      .references(() => journeys.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    notes: text().notNull().default(''),
    markerType: text('marker_type', { enum: markerTypes }).notNull(),
    position: geographyPoint().notNull(),
    elevationM: doublePrecision('elevation_m'),
    /** The cell of the discovery grid that holds the position. */
    cell: integer().notNull(),
    /** When the rider was here (past) or will be (plan). */
    at: instant(),
    /**
     * When its type, time or cell last changed. A past marker also waits the delay from here, and without it for ever.
     * Never leaves the database.
     */
    placedAt: instant('placed_at'),
    /** The import that made the marker, if one did. */
    importId: uuid('import_id'),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'markers_pkey', columns: [table.journeyId, table.id] }),
    index('markers_in_order_idx').on(table.journeyId, sql`coalesce(at, 'infinity')`, table.id),
  ],
);

export type MarkerRow = typeof markers.$inferSelect;

/** A marker as the queries return it: its position is in degrees, and its cell, `placedAt` and import are left out. */
export type MarkerWithPosition = Omit<MarkerRow, 'position' | 'cell' | 'placedAt' | 'importId'> & {
  position: Position;
};
