import { index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

/** Which journey was shown from which, and when first: what an encounter's id can stand for. Goes with either. */
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
  ],
);
