import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';
import { trackKinds } from '../tracks/track.table.ts';

/** The kinds of things in a file that a reader leaves out or changes. docs/files.md explains them, and more may come. */
export const leftOutCodes = [
  'line_without_segment',
  'segment_too_short',
  'line_repeated',
  'point_without_position',
  'point_at_zero',
  'waypoint_without_position',
  'waypoint_without_name',
  'feature_without_line_or_point',
  'elevation_unusable',
  'time_unreadable',
  'time_impossible',
  'time_out_of_order',
  'time_missing',
  'sensor_unusable',
  'heart_rate_without_consent',
  'name_shortened',
  'notes_shortened',
] as const;
export type LeftOutCode = (typeof leftOutCodes)[number];

/** Things of one kind that were left out or changed: the first place in the file, how many, and why. */
export type LeftOut = { code: LeftOutCode; where: string; count: number; why: string };

/** The parts of a file that were read, stored and left out. */
export type ImportReceipt = {
  tracks: number;
  markers: number;
  pointsRead: number;
  pointsKept: number;
  leftOut: readonly LeftOut[];
  /** The days of the times, and the clocks by which they were counted; null without times. */
  days: { count: number; clocks: readonly string[] } | null;
  distanceM: number;
  ascentM: number | null;
};

/** The files that were imported. */
export const imports = pgTable(
  'imports',
  {
    id: uuid().primaryKey(),
    journeyId: uuid('journey_id')
      .notNull()
      .references(() => journeys.id, { onDelete: 'cascade' }),
    kind: text({ enum: trackKinds }).notNull(),
    receipt: jsonb().$type<ImportReceipt>().notNull(),
    /** The SHA-256 of the file, so that the same file is not imported twice. Null for a file that came before this was kept. */
    fileHash: bytea('file_hash'),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('imports_journey_id_idx').on(table.journeyId)],
);

export type ImportRow = typeof imports.$inferSelect;
export type NewImport = typeof imports.$inferInsert;
