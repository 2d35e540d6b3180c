import { sql } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

export const referenceKinds = ['user_id', 'encounter_id', 'connection_id', 'email'] as const;

/** The riders whom a rider has blocked, each named by an id, an encounter, a connection or an address. */
export const blocks = pgTable(
  'blocks',
  {
    /** Derived from the blocker and the reference, so that blocking the same again makes no second row. */
    id: uuid().primaryKey(),
    blockerId: uuid('blocker_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Null where the account does not exist: not yet, not any more, or never. */
    blockedId: uuid('blocked_id').references(() => users.id, { onDelete: 'set null' }),
    namedBy: text('named_by', { enum: referenceKinds }).notNull(),
    /**
     * The hash of the address that was named, or of a blocked account that was deleted. Triggers of `users` set it on
     * deletion and apply the block to an account that gets the address.
     */
    addressHash: bytea('address_hash'),
    /** What the blocker calls them. */
    label: text(),
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
