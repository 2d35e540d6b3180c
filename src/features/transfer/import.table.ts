import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';
import { trackKinds } from '../tracks/track.table.ts';

/** The parts of a file that were read, stored and left out. */
export type ImportReceipt = {
  id: string;
  tracks: number;
  markers: number;
  pointsRead: number;
  pointsKept: number;
  leftOut: readonly { where: string; why: string }[];
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
    receipt: jsonb().$type<Omit<ImportReceipt, 'id'>>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('imports_journey_id_idx').on(table.journeyId)],
);

export type ImportRow = typeof imports.$inferSelect;
