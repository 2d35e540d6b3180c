import { index, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** The completed requests that had an idempotency key, with the ids of the rows that they created. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    keyHash: bytea('key_hash').notNull(),
    requestHash: bytea('request_hash').notNull(),
    /** The `operationId` of the call. */
    operation: text().notNull(),
    /** The created rows, in the order of the request. */
    resourceIds: uuid('resource_ids').array().notNull(),
    /** The status of the first response, which a repeat gets too. */
    status: smallint().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'idempotency_keys_pkey', columns: [table.userId, table.keyHash] }),
    index('idempotency_keys_user_id_idx').on(table.userId, table.createdAt, table.keyHash),
    index('idempotency_keys_created_at_idx').on(table.createdAt),
  ],
);

export type IdempotencyKeyRow = typeof idempotencyKeys.$inferSelect;
