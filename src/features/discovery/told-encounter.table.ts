import { index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';

/** Of which journey a rider was told by mail, for which of their own: no time, no place. Goes with either. */
export const toldEncounters = pgTable(
  'told_encounters',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    otherNo: integer('other_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ name: 'told_encounters_pkey', columns: [table.journeyNo, table.otherNo] }),
    index('told_encounters_other_no_idx').on(table.otherNo),
  ],
);
