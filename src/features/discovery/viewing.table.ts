import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/**
 * One row for each time a rider was shown to another for the first time, by a public journey or by one without a name:
 * budgets count these rows. The two are apart, so that no budget tells that both are of the same rider. A row whose viewer or
 * shown rider has deleted the account stays and counts, so that no budget reveals the deletion.
 */
export const viewings = pgTable(
  'viewings',
  {
    viewerId: uuid('viewer_id').references(() => users.id, { onDelete: 'set null' }),
    /** The viewer's account was younger than 30 days. */
    viewerIsNew: boolean('viewer_is_new').notNull().default(false),
    shownId: uuid('shown_id').references(() => users.id, { onDelete: 'set null' }),
    isPublic: boolean('is_public').notNull().default(false),
    /** Keyed hash of the viewer's network. Null for a digest, and for an account that was older than 30 days. */
    networkHash: bytea('network_hash'),
    at: instant().notNull(),
  },
  (table) => [
    uniqueIndex('viewings_viewer_id_shown_id_is_public_key').on(table.viewerId, table.shownId, table.isPublic),
    index('viewings_viewer_id_idx').on(table.viewerId, table.at),
    index('viewings_shown_id_is_public_idx').on(table.shownId, table.isPublic, table.at, table.viewerIsNew),
    index('viewings_at_idx').on(table.at),
    index('viewings_network_hash_idx').on(table.networkHash, table.at).where(sql`network_hash is not null`),
  ],
);
