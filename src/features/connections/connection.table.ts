import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';

export const connectionStates = ['requested', 'accepted', 'declined'] as const;

/**
 * One row per encounter: two encounters without names must not reveal that they are with the same rider.
 * Declined and withdrawn requests stay, so that they cannot be repeated at will.
 */
export const connections = pgTable(
  'connections',
  {
    id: uuid().primaryKey(),
    requesterId: uuid('requester_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    addresseeId: uuid('addressee_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    requesterJourneyId: uuid('requester_journey_id').references(() => journeys.id, { onDelete: 'set null' }),
    addresseeJourneyId: uuid('addressee_journey_id').references(() => journeys.id, { onDelete: 'set null' }),
    /**
     * The requester's name when they asked. The addressee sees it until they accept, so that a rider whom they have blocked
     * cannot write to them by a new name.
     */
    requesterName: text('requester_name').notNull().default(''),
    message: text().notNull(),
    /** The requester is never shown `declined`. */
    state: text({ enum: connectionStates }).notNull(),
    isWithdrawn: boolean('is_withdrawn').notNull().default(false),
    /** The addressee has removed the request from their list, which also declines it. The requester is not shown it. */
    isDismissed: boolean('is_dismissed').notNull().default(false),
    /** Each rider lets the other see exactly where the journey of the connection is. */
    requesterExact: boolean('requester_exact').notNull().default(false),
    addresseeExact: boolean('addressee_exact').notNull().default(false),
    /** Counts changes of the grants alone: an ETag must not reveal to the requester that they were declined. */
    version: integer().notNull().default(1),
    askedAt: instant('asked_at').notNull(),
  },
  (table) => [
    uniqueIndex('connections_journeys_key')
      .on(
        sql`least(${table.requesterJourneyId}, ${table.addresseeJourneyId})`,
        sql`greatest(${table.requesterJourneyId}, ${table.addresseeJourneyId})`,
      )
      .where(sql`requester_journey_id is not null and addressee_journey_id is not null`),
    index('connections_pair_idx').on(
      sql`least(${table.requesterId}, ${table.addresseeId})`,
      sql`greatest(${table.requesterId}, ${table.addresseeId})`,
    ),
    index('connections_requester_id_idx').on(table.requesterId, table.askedAt, table.id),
    index('connections_addressee_id_idx').on(table.addresseeId, table.askedAt, table.id),
    index('connections_requester_journey_id_idx').on(table.requesterJourneyId),
    index('connections_addressee_journey_id_idx').on(table.addresseeJourneyId),
  ],
);

export type ConnectionRow = typeof connections.$inferSelect;
