import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';
import { purposes } from './consent.table.ts';

/**
 * The keys of a rider's health data, one for each consent, themselves encrypted with a key of the Worker. A key is deleted
 * with the account and when the consent is withdrawn. Then nobody can read the data any more, wherever copies of it are.
 */
export const healthKeys = pgTable(
  'health_keys',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text({ enum: purposes }).notNull(),
    sealedKey: bytea('sealed_key').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ name: 'health_keys_pkey', columns: [table.userId, table.purpose] })],
);
