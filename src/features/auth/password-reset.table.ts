import { index, pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** One reset per rider: a new request replaces it. */
export const passwordResets = pgTable(
  'password_resets',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: bytea('token_hash').notNull().unique('password_resets_token_hash_key'),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('password_resets_expires_at_idx').on(table.expiresAt)],
);
