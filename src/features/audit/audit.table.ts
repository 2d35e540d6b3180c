import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';

/**
 * Has no foreign key: the entries of a deleted rider stay, but their ids no longer lead to a person. An entry never
 * contains a secret, an address or a name.
 */
export const audit = pgTable(
  'audit',
  {
    id: uuid().primaryKey(),
    at: instant().notNull(),
    action: text().notNull(),
    actorId: uuid('actor_id'),
    subjectId: uuid('subject_id'),
    requestId: text('request_id').notNull(),
    networkHash: bytea('network_hash').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (table) => [
    index('audit_actor_id_idx').on(table.actorId, table.at),
    index('audit_subject_id_idx').on(table.subjectId, table.at),
    index('audit_action_idx').on(table.action, table.at),
    index('audit_at_idx').on(table.at),
  ],
);

export type AuditRow = typeof audit.$inferSelect;
