import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { connections } from '../connections/connection.table.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';

export const notificationKinds = ['connection_requested', 'connection_accepted', 'riders_near'] as const;

/** The other rider is never stored here, but looked up on reading. A notification is deleted with what it is about. */
export const notifications = pgTable(
  'notifications',
  {
    /** Ordered by time. */
    id: uuid().primaryKey(),
    riderId: uuid('rider_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text({ enum: notificationKinds }).notNull(),
    connectionId: uuid('connection_id').references(() => connections.id, { onDelete: 'cascade' }),
    /** The rider's own journey, near which others were found. */
    journeyId: uuid('journey_id').references(() => journeys.id, { onDelete: 'cascade' }),
    isRead: boolean('is_read').notNull().default(false),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('notifications_rider_id_idx').on(table.riderId, table.id),
    uniqueIndex('notifications_connection_id_key').on(table.connectionId, table.riderId, table.kind),
    index('notifications_journey_id_idx').on(table.journeyId),
    index('notifications_created_at_idx').on(table.createdAt),
  ],
);

export type NotificationRow = typeof notifications.$inferSelect;
