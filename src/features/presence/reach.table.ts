import { bigint, doublePrecision, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytea } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

/**
 * A cache of the results of `presence_reach`, which take a third of the time of a search. A row is valid only for the
 * presence that it was made from, and is deleted when that presence changes.
 */
export const presenceReaches = pgTable(
  'presence_reaches',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    reachM: doublePrecision('reach_m').notNull(),
    /** The `presence_mark` of the presence that the row was made from. */
    presenceMark: bytea('presence_mark').notNull(),
    /** Three arrays of equal length, with one element for each block and bucket. */
    blocks: integer().array().notNull(),
    buckets: integer().array().notNull(),
    cells: bigint({ mode: 'bigint' }).array().notNull(),
  },
  (table) => [primaryKey({ name: 'presence_reaches_pkey', columns: [table.journeyNo, table.reachM] })],
);
