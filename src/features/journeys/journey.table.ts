import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const journeyStatuses = ['planned', 'active', 'completed'] as const;
export const journeyVisibilities = ['private', 'discoverable', 'public'] as const;

export const defaultDelayH = 48;

export const journeys = pgTable(
  'journeys',
  {
    id: uuid().primaryKey(),
    /**
     * A short key for tables with millions of rows. It never leaves the database. `insertJourney` takes a number from the
     * part of the rider.
     */
    no: integer().notNull().default(sql`next_journey_no()`),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    description: text().notNull().default(''),
    status: text({ enum: journeyStatuses }).notNull().default('planned'),
    /** The status that others saw when it last changed, and the time of that change. Null until it changes. */
    statusBefore: text('status_before', { enum: journeyStatuses }),
    statusAt: instant('status_at'),
    /** Others do not meet the journey any more. Only the nightly run sets it, from the status that others see. */
    isOver: boolean('is_over').notNull().default(false),
    /** When the nightly run last had its turn with the journey. Null until then. Never leaves the database. */
    refreshedAt: instant('refreshed_at'),
    visibility: text({ enum: journeyVisibilities }).notNull().default('private'),
    startsOn: date('starts_on', { mode: 'string' }),
    dailyDistanceM: doublePrecision('daily_distance_m'),
    /** The delay in hours before others see ridden positions. */
    delayH: integer('delay_h').notNull().default(defaultDelayH),
    /** See `presence/shift.rules.ts`. Never leaves the database. */
    shiftS: integer('shift_s').notNull(),
    skew: doublePrecision().notNull(),
    /** The moment from which the skew counts. Null until the journey is published with days. Never leaves the database. */
    clockFrom: instant('clock_from'),
    /**
     * Others see no line and no presence of the journey until it is published. Kairos has been working on that since this
     * moment. Null where what others see is up to date, and while the journey is private.
     */
    publishingSince: instant('publishing_since'),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('journeys_no_key').on(table.no),
    uniqueIndex('journeys_one_active_key').on(table.ownerId).where(sql`status = 'active'`),
    index('journeys_owner_id_idx').on(table.ownerId, table.createdAt, table.id),
    index('journeys_publishing_since_idx').on(table.publishingSince).where(sql`publishing_since is not null`),
    check('journeys_daily_distance_positive', sql`daily_distance_m > 0`),
    check('journeys_delay_within_a_week', sql`delay_h between 0 and 168`),
  ],
);

/** A journey without the columns that only others' views of it use. */
export type JourneyRow = Omit<
  typeof journeys.$inferSelect,
  'no' | 'shiftS' | 'skew' | 'clockFrom' | 'statusBefore' | 'statusAt' | 'isOver' | 'refreshedAt'
>;
export type NewJourney = Omit<JourneyRow, 'publishingSince'> & Pick<typeof journeys.$inferSelect, 'shiftS' | 'skew'>;
