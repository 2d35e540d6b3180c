import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { areApart } from '../blocks/block.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';

export const connectionStates = ['requested', 'accepted', 'declined'] as const;

/** One a pair. What is declined or withdrawn stays, so that it is not asked for again and again. */
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
    message: text().notNull(),
    /** The requester is never told of `declined`. */
    state: text({ enum: connectionStates }).notNull(),
    isWithdrawn: boolean('is_withdrawn').notNull().default(false),
    /** That rider lets the other see exactly where this journey is. */
    requesterExact: boolean('requester_exact').notNull().default(false),
    addresseeExact: boolean('addressee_exact').notNull().default(false),
    /** Of the grants alone: what the requester may not know moves nothing. */
    version: integer().notNull().default(1),
    askedAt: instant('asked_at').notNull(),
  },
  (table) => [
    uniqueIndex('connections_pair_key').on(
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

/** In any query: the connection of two riders, by its index. */
export const isPair = (one: SQLWrapper | string, other: SQLWrapper | string): SQL => sql`
  (least(requester_id, addressee_id) = least(${one}::uuid, ${other}::uuid)
    and greatest(requester_id, addressee_id) = greatest(${one}::uuid, ${other}::uuid))`;

/** In a query over connections: it is one of the rider's. */
export const isWithRider = (riderId: string): SQL => sql`
  (not ${connections.isWithdrawn} and (${connections.requesterId} = ${riderId} or ${connections.addresseeId} = ${riderId}))`;

/** Joins the other of the two to their connection, as far as it is there: who is not on show, or apart, has none. */
export const isThereFor = (riderId: string): SQL => sql`
  (${isWithRider(riderId)} and ${users.isOnShow} and not ${areApart(riderId, users.id)}
    and ${users.id} = case when ${connections.requesterId} = ${riderId}
      then ${connections.addresseeId} else ${connections.requesterId} end)`;

export const areConnected = (one: SQLWrapper | string, other: SQLWrapper | string): SQL =>
  sql`exists (select from ${connections} where ${isPair(one, other)} and state = 'accepted')`;

/** In a query over journeys: their rider lets this one see exactly where they are. A block ends the connection. */
export const areShownExactlyTo = (riderId: string): SQL => sql`shown_exactly_to(${journeys}, ${riderId})`;

/** In a query over journeys: their rider is in touch with this one, and the journey is there for others. */
export const areShownInTouchWith = (riderId: string): SQL => sql`shown_in_touch_with(${journeys}, ${riderId})`;

/** In a query over journeys: they are this rider's, public, or shown to them exactly. */
export const visibleTo = (viewerId: string): SQL => sql`visible_to(${journeys}, ${viewerId})`;
