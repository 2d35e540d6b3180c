import { sql } from 'drizzle-orm';
import { boolean, date, doublePrecision, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, instants, multiLineStringZM } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

export const trackKinds = ['plan', 'past'] as const;

/** One line of a journey at full precision, with the cells of the discovery grid that it passes. */
export const tracks = pgTable(
  'tracks',
  {
    id: uuid().primaryKey(),
    journeyId: uuid('journey_id')
      .notNull()
      .references(() => journeys.id, { onDelete: 'cascade' }),
    importId: uuid('import_id').notNull(),
    kind: text({ enum: trackKinds }).notNull(),
    /** The order of the line among the lines of its kind. Numbers may be missing. */
    ordinal: integer().notNull(),
    name: text(),
    line: multiLineStringZM().notNull(),
    hasElevation: boolean('has_elevation').notNull(),
    /**
     * One time per point, in the order of the line; null where the file has no times. A point without one has that of
     * the next point.
     */
    recordedAt: instants('recorded_at'),
    /** The days of the times, each by the clock of its place, in order; null where the file has no times. */
    riddenOn: date('ridden_on', { mode: 'string' }).array(),
    pointCount: integer('point_count').notNull(),
    distanceM: doublePrecision('distance_m').notNull(),
    ascentM: doublePrecision('ascent_m'),
    /** The cells that the line passes without its ends, in order; and where and when the line enters each of them. */
    cells: integer().array().notNull(),
    cellEntriesM: doublePrecision('cell_entries_m').array().notNull(),
    cellEntriesAt: instants('cell_entries_at'),
    /** The longitude and latitude of the first point and of the last one. */
    ends: doublePrecision()
      .array()
      .generatedAlwaysAs(
        sql`array[ST_X(ST_StartPoint(ST_GeometryN(line, 1))), ST_Y(ST_StartPoint(ST_GeometryN(line, 1))),
          ST_X(ST_EndPoint(ST_GeometryN(line, ST_NumGeometries(line)))), ST_Y(ST_EndPoint(ST_GeometryN(line, ST_NumGeometries(line))))]`,
      ),
    /** The line of a plan joins the one before it, or after it. Null until the journey is visible for the first time. */
    joinsBefore: boolean('joins_before'),
    joinsAfter: boolean('joins_after'),
    /**
     * The published pieces, without privacy zones and ends: from and to which distance along the line, at which
     * distance of the published line a piece begins, and when (null where the file has no times).
     */
    shownFromM: doublePrecision('shown_from_m').array().notNull().default([]),
    shownToM: doublePrecision('shown_to_m').array().notNull().default([]),
    shownAlongM: doublePrecision('shown_along_m').array().notNull().default([]),
    shownFromAt: instant('shown_from_at').array().notNull().default([]),
    /** The length of the published line. The gap at a zone counts as a straight line. */
    publishedM: doublePrecision('published_m').notNull().default(0),
    /**
     * The rider's `zones_revision` at the time of publication; null until the journey is visible for the first time.
     */
    zonesRevision: integer('zones_revision'),
    /** The bytes of the points, times, cells and sensor values, which count for the rider's bound. */
    bytes: integer().notNull(),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('tracks_ordinal_key').on(table.journeyId, table.kind, table.ordinal)],
);

export type TrackRow = typeof tracks.$inferSelect;
export type NewTrack = typeof tracks.$inferInsert;
