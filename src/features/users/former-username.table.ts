import { sql } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from './user.table.ts';

/**
 * Usernames that were given up or whose account was deleted. They stay taken for some time, so that a free name does not
 * reveal a deleted account. Triggers of `users` write and ask this table.
 */
export const formerUsernames = pgTable(
  'former_usernames',
  {
    /** In lower case. */
    name: text().primaryKey(),
    /** Only this rider may take the name again. Null after the account is deleted. */
    riderId: uuid('rider_id').references(() => users.id, { onDelete: 'set null' }),
    /** Null until the next run of the job that sets it. */
    keptUntil: instant('kept_until'),
  },
  (table) => [
    index('former_usernames_rider_id_idx').on(table.riderId),
    index('former_usernames_kept_until_idx').on(table.keptUntil).where(sql`kept_until is not null`),
  ],
);
