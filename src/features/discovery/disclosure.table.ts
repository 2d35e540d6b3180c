import { index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

/** When a journey was first shown to the rider of another journey. Each encounter id refers to such a row. */
export const disclosures = pgTable(
  'disclosures',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    otherNo: integer('other_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    at: instant().notNull(),
  },
  (table) => [
    primaryKey({ name: 'disclosures_pkey', columns: [table.journeyNo, table.otherNo] }),
    index('disclosures_other_no_idx').on(table.otherNo),
    index('disclosures_at_idx').on(table.at),
  ],
);
