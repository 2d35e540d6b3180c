import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** What a rider can consent to, each for itself. All of it is health data (GDPR, article 9). */
export const purposes = ['heart_rate'] as const;
export type Purpose = (typeof purposes)[number];

/** What a rider has consented to. A withdrawn consent stays as a record, until the rider consents anew. */
export const consents = pgTable(
  'consents',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text({ enum: purposes }).notNull(),
    /** The version of the statement that the rider consented to. */
    statementVersion: integer('statement_version').notNull(),
    givenAt: instant('given_at').notNull(),
    /** Null while the consent is in force. */
    withdrawnAt: instant('withdrawn_at'),
  },
  (table) => [primaryKey({ name: 'consents_pkey', columns: [table.userId, table.purpose] })],
);

export type ConsentRow = typeof consents.$inferSelect;
