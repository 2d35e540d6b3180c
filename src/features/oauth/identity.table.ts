import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** A rider's account at a provider, known by its subject, because addresses and names there change owners. */
export const identities = pgTable(
  'identities',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    provider: text({ enum: ['google', 'github'] }).notNull(),
    /** OpenID Connect's `sub`; GitHub's numeric id. */
    subject: text().notNull(),
    /** The address there when it was linked, so that the rider recognises it. */
    email: text(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('identities_subject_key').on(table.provider, table.subject),
    index('identities_user_id_idx').on(table.userId),
  ],
);

export type IdentityRow = typeof identities.$inferSelect;
