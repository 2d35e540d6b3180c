import { boolean, doublePrecision, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, multiLineStringZM } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

export const trackKinds = ['plan', 'past'] as const;

/** One line of a journey, at full precision, with where and when it passes the cells of the discovery grid. */
export const tracks = pgTable(
  'tracks',
  {
    id: uuid().primaryKey(),
    journeyId: uuid('journey_id')
      .notNull()
      .references(() => journeys.id, { onDelete: 'cascade' }),
    importId: uuid('import_id').notNull(),
    kind: text({ enum: trackKinds }).notNull(),
    /** Lines of one kind follow each other in this order. */
    ordinal: integer().notNull(),
    name: text(),
    line: multiLineStringZM().notNull(),
    hasElevation: boolean('has_elevation').notNull(),
    /** One time a point, in the line's order; null where the file had none. */
    recordedAt: instant('recorded_at').array(),
    pointCount: integer('point_count').notNull(),
    distanceM: doublePrecision('distance_m').notNull(),
    ascentM: doublePrecision('ascent_m'),
    /** The cells the line passes, in order, its ends cut off; and where along the line (and when) each is entered. */
    cells: integer().array().notNull(),
    cellEntriesM: doublePrecision('cell_entries_m').array().notNull(),
    cellEntriesAt: instant('cell_entries_at').array(),
    /**
     * The pieces that others may know of, the rider's privacy zones and the ends cut out: from and to where along the
     * line, how far along what is published a piece begins, and when (null where the file had no times).
     */
    shownFromM: doublePrecision('shown_from_m').array().notNull().default([]),
    shownToM: doublePrecision('shown_to_m').array().notNull().default([]),
    shownAlongM: doublePrecision('shown_along_m').array().notNull().default([]),
    shownFromAt: instant('shown_from_at').array().notNull().default([]),
    /** Length of what is published: a zone counts as the straight way across it. */
    publishedM: doublePrecision('published_m').notNull().default(0),
    /** The rider's `zones_revision` that this was worked out with; null before the journey was ever visible. */
    zonesRevision: integer('zones_revision'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('tracks_ordinal_key').on(table.journeyId, table.kind, table.ordinal)],
);

export type TrackRow = typeof tracks.$inferSelect;
export type NewTrack = typeof tracks.$inferInsert;
