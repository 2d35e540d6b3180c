import { doublePrecision, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeyVisibilities } from '../journeys/journey.table.ts';

export const outlets = ['visibility', 'plan', 'ride'] as const;

/**
 * A ledger of what was published of a journey, so that what all outlets say together can be counted. SQL writes it in the
 * commit that publishes: `record_visibility`, `record_plan` and `record_rides`. An outlet that comes later adds its name
 * here and calls `record_publication`.
 */
export const publications = pgTable(
  'publications',
  {
    /**
     * No foreign key: the ledger outlives the journey. A nightly job deletes it after the last published day
     * (`presence/presence.repository.ts`).
     */
    journeyId: uuid('journey_id').notNull(),
    /** Counts the publications of the journey. */
    number: integer().notNull(),
    /**
     * A trigger of `users` deletes the rows with the account. A foreign key would lock the rider after the journey, against
     * the order of locks.
     */
    ownerId: uuid('owner_id').notNull(),
    outlet: text({ enum: outlets }).notNull(),
    publishedAt: instant('published_at').notNull(),
    /** Of the outlet `visibility`. */
    visibility: text({ enum: journeyVisibilities }),
    /** The first and the last moment that others are told: of a published plan or of a ride. */
    firstAt: instant('first_at'),
    lastAt: instant('last_at'),
    /** The pace and the number of places with a day of a published plan. */
    paceM: doublePrecision('pace_m'),
    camps: integer(),
    /** The line of a ride, and from when others see it. */
    trackId: uuid('track_id'),
    shownAt: instant('shown_at'),
  },
  (table) => [
    primaryKey({ name: 'publications_pkey', columns: [table.journeyId, table.number] }),
    index('publications_owner_id_idx').on(table.ownerId),
  ],
);

export type PublicationRow = typeof publications.$inferSelect;
