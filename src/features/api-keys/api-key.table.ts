import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    prefix: text().notNull(),
    secretHash: bytea('secret_hash').notNull(),
    scopes: text().array().notNull(),
    isActive: boolean('is_active').notNull().default(true),
    expiresAt: instant('expires_at'),
    /** To the minute, so that not every request with the key writes. */
    lastUsedAt: instant('last_used_at'),
    version: integer().notNull().default(1),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('api_keys_prefix_key').on(table.prefix),
    index('api_keys_user_id_idx').on(table.userId, table.createdAt),
  ],
);

export type ApiKeyRow = typeof apiKeys.$inferSelect;
