import { sql } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const waysToName = ['user_id', 'encounter_id', 'email'] as const;

/** Whom a rider wants to be apart from, by what they were named: an id, an encounter, an address. */
export const blocks = pgTable(
  'blocks',
  {
    /** Made of what was named, so that the same is blocked once. */
    id: uuid().primaryKey(),
    blockerId: uuid('blocker_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Nobody, where no account has what was named: not yet, not any more, or never. */
    blockedId: uuid('blocked_id').references(() => users.id, { onDelete: 'set null' }),
    namedBy: text('named_by', { enum: waysToName }).notNull(),
    /** Keyed hash of the address that was named, which an account may yet be made for. */
    addressHash: bytea('address_hash'),
    /** The blocker's own word. */
    label: text(),
    /** As far as the blocker could see it then. */
    name: text(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('blocks_blocker_id_idx').on(table.blockerId, table.blockedId),
    index('blocks_blocked_id_idx').on(table.blockedId, table.blockerId),
    index('blocks_address_hash_idx').on(table.addressHash).where(sql`address_hash is not null`),
    index('blocks_list_idx').on(table.blockerId, table.createdAt, table.id),
  ],
);

export type BlockRow = typeof blocks.$inferSelect;
