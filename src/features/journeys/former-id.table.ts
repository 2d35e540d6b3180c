import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';

/**
 * Ids of deleted journeys. They stay taken for some time, because a free id would tell a rider whom the owner has blocked
 * that the journey is deleted. Triggers of `journeys` write and ask this table.
 */
export const formerJourneyIds = pgTable(
  'former_journey_ids',
  {
    id: uuid().primaryKey(),
    /**
     * Only this rider may use the id again. A trigger of `users` sets null when the account is deleted. A foreign key would
     * lock the rider after the journey, against the order of locks.
     */
    riderId: uuid('rider_id'),
    /** Null until the next run of the job that sets it. */
    keptUntil: instant('kept_until'),
  },
  (table) => [
    index('former_journey_ids_rider_id_idx').on(table.riderId),
    index('former_journey_ids_kept_until_idx').on(table.keptUntil),
  ],
);
