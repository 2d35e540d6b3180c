import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';

/** A sign-up whose address is not verified yet. It becomes a rider when the mailed token is used. */
export const registrations = pgTable(
  'registrations',
  {
    id: uuid().primaryKey(),
    email: text().notNull(),
    name: text().notNull(),
    username: text(),
    passwordHash: text('password_hash').notNull(),
    tokenHash: bytea('token_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('registrations_token_hash_key').on(table.tokenHash),
    index('registrations_email_idx').on(table.email, table.createdAt),
    index('registrations_expires_at_idx').on(table.expiresAt),
  ],
);

export type NewRegistration = typeof registrations.$inferInsert;
