import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { users } from '../users/user.table.ts';

/** Mails to be sent. They are encrypted, because their links carry tokens, of which other tables have hashes only. */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid().primaryKey(),
    /** Keyed hash of the address and the share, so that mails to an address can be counted without storing it. */
    addressHash: bytea('address_hash').notNull(),
    /** The part of the hourly budget that it may use. */
    share: text({ enum: ['request', 'reset', 'notice', 'digest', 'connection_request', 'connection_accepted'] })
      .notNull()
      .default('request'),
    /** Emptied once the mail is sent. */
    sealed: bytea(),
    /** The rider of a waiting digest, who may still turn digests off. Emptied as well. */
    digestRiderId: uuid('digest_rider_id').references(() => users.id, { onDelete: 'cascade' }),
    /** The number of pairs of journeys that a digest reports (`digest_encounters`). */
    digestPairs: integer('digest_pairs'),
    /** The connection that a mail is about. It may be deleted before the mail is sent. */
    connectionId: uuid('connection_id'),
    attempts: integer().notNull().default(0),
    createdAt: instant('created_at').notNull(),
    /** When a sender last claimed it. It counts as sent for a moment. */
    claimedAt: instant('claimed_at'),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    index('outbox_address_hash_idx').on(table.addressHash, table.createdAt),
    index('outbox_due_idx').on(table.nextAttemptAt).where(sql`sent_at is null`),
    index('outbox_created_at_idx').on(table.createdAt),
    index('outbox_digest_rider_id_idx').on(table.digestRiderId).where(sql`digest_rider_id is not null`),
    index('outbox_sent_at_idx').on(table.sentAt).where(sql`sent_at is not null`),
  ],
);

export type OutboxShare = (typeof outbox.$inferSelect)['share'];
