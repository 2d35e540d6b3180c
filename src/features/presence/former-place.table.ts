import { bigint, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';

/**
 * Places that were in presence until a change of the plan took them out. They stay in presence until the night after the
 * delay of the journey, so that a change on the way does not tell where the rider is.
 */
export const formerPlaces = pgTable(
  'former_places',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    /** As in presence. */
    place: integer().notNull(),
    visits: bigint({ mode: 'bigint' }).notNull(),
    /** `users.zones_revision` of the change. A later privacy zone may hide the place, so it then counts no more. */
    zonesRevision: integer('zones_revision').notNull(),
    keptUntil: instant('kept_until').notNull(),
  },
  (table) => [
    primaryKey({ name: 'former_places_pkey', columns: [table.journeyNo, table.place, table.keptUntil] }),
    index('former_places_kept_until_idx').on(table.keptUntil),
  ],
);
