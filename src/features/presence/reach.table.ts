import { bigint, doublePrecision, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytea } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

/**
 * How far a search from a journey looks, as `presence_reach` made it: remembered, since to make it is a third of a search.
 * It goes with the presence it was made of, and counts for no other.
 */
export const presenceReaches = pgTable(
  'presence_reaches',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    reachM: doublePrecision('reach_m').notNull(),
    /** `presence_mark` of what it was made of. */
    madeOf: bytea('made_of').notNull(),
    /** Three arrays of one length, a block and a bucket each. */
    blocks: integer().array().notNull(),
    buckets: integer().array().notNull(),
    cells: bigint({ mode: 'bigint' }).array().notNull(),
  },
  (table) => [primaryKey({ name: 'presence_reaches_pkey', columns: [table.journeyNo, table.reachM] })],
);
