import { boolean, date, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** A calendar feed: who has its link reads the planned days of the rider. */
export const calendarFeeds = pgTable(
  'calendar_feeds',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    tokenHash: bytea('token_hash').notNull(),
    /**
     * Null for all journeys. It refers to no row, because the feed still says for some time that the days of a deleted
     * journey are cancelled.
     */
    journeyId: uuid('journey_id'),
    /** The days name the planned markers near them. */
    hasPlaces: boolean('has_places').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('calendar_feeds_token_hash_key').on(table.tokenHash),
    index('calendar_feeds_user_id_idx').on(table.userId, table.createdAt),
  ],
);

/** The days that a feed has named, so that it can say which of them are cancelled. */
export const calendarDays = pgTable(
  'calendar_days',
  {
    feedId: uuid('feed_id')
      .notNull()
      .references(() => calendarFeeds.id, { onDelete: 'cascade' }),
    /** It refers to no row, since the days of a deleted journey are still cancelled for some time. */
    journeyId: uuid('journey_id').notNull(),
    /** The number of the day, from 0. */
    day: integer().notNull(),
    date: date({ mode: 'string' }).notNull(),
    /** The version of the journey. It also rises when the day is cancelled, or comes back. */
    sequence: integer().notNull(),
    /** When a read of the feed first missed the day in the plan. Null while the plan has the day. */
    cancelledAt: instant('cancelled_at'),
  },
  (table) => [
    primaryKey({ name: 'calendar_days_pkey', columns: [table.feedId, table.journeyId, table.day] }),
    index('calendar_days_cancelled_at_idx').on(table.cancelledAt),
  ],
);

export type CalendarFeedRow = typeof calendarFeeds.$inferSelect;
