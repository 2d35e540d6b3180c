import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The number of the newest refresh token. The tokens themselves are not stored. */
    counter: integer().notNull().default(0),
    /** How often the parent of the newest token was used again, after the first seconds. */
    reuseCount: integer('reuse_count').notNull().default(0),
    userAgent: text('user_agent').notNull(),
    /** Town and country of the login, as far as the network knows. */
    place: text(),
    createdAt: instant('created_at').notNull(),
    authenticatedAt: instant('authenticated_at').notNull(),
    rotatedAt: instant('rotated_at').notNull(),
    lastUsedAt: instant('last_used_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedBecause: text('revoked_because', { enum: ['logout', 'reuse', 'revoked', 'cap', 'password'] }),
  },
  (table) => [
    index('sessions_user_id_idx').on(table.userId, table.lastUsedAt),
    index('sessions_expires_at_idx').on(table.expiresAt),
    index('sessions_last_used_at_idx').on(table.lastUsedAt),
  ],
);

export type SessionRow = typeof sessions.$inferSelect;
export type NewSession = typeof sessions.$inferInsert;
