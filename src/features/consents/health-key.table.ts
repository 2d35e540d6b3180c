import { pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/**
 * The key of a rider's health data, itself encrypted with a key of the Worker. It is deleted with the account and with the
 * last consent. Then nobody can read the health data any more, wherever copies of it are.
 */
export const healthKeys = pgTable('health_keys', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  sealedKey: bytea('sealed_key').notNull(),
  createdAt: instant('created_at').notNull(),
});
