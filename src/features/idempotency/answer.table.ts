import { index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** The answers that requests with an idempotency key were given, for those who send them again. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    keyHash: bytea('key_hash').notNull(),
    requestHash: bytea('request_hash').notNull(),
    /** The whole answer, which only who knows the idempotency key can have opened. */
    sealed: bytea().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'idempotency_keys_pkey', columns: [table.userId, table.keyHash] }),
    index('idempotency_keys_created_at_idx').on(table.createdAt),
  ],
);

export type KeptRow = typeof idempotencyKeys.$inferSelect;
