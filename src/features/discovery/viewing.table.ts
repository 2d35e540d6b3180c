import { sql } from 'drizzle-orm';
import { index, pgTable, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/**
 * One row for each time a rider was shown to another for the first time: budgets count these rows. A row whose viewer or
 * shown rider has deleted the account stays and counts, so that no budget reveals the deletion.
 */
export const viewings = pgTable(
  'viewings',
  {
    viewerId: uuid('viewer_id').references(() => users.id, { onDelete: 'set null' }),
    shownId: uuid('shown_id').references(() => users.id, { onDelete: 'set null' }),
    /** Keyed hash of the viewer's network. Null for a digest, and for an account that was older than 30 days. */
    networkHash: bytea('network_hash'),
    at: instant().notNull(),
  },
  (table) => [
    uniqueIndex('viewings_viewer_id_shown_id_key').on(table.viewerId, table.shownId),
    index('viewings_viewer_id_idx').on(table.viewerId, table.at),
    index('viewings_shown_id_idx').on(table.shownId, table.at),
    index('viewings_at_idx').on(table.at),
    index('viewings_network_hash_idx').on(table.networkHash, table.at).where(sql`network_hash is not null`),
  ],
);
