import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';

/** Pairs of journeys that a digest has reported to the rider of the first: no time, no place. */
export const digestEncounters = pgTable(
  'digest_encounters',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    otherNo: integer('other_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    /**
     * The digest, until it is sent. A digest that is deleted unsent deletes its pairs, so that they are reported later.
     */
    mailId: uuid('mail_id').references(() => outbox.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ name: 'digest_encounters_pkey', columns: [table.journeyNo, table.otherNo] }),
    index('digest_encounters_other_no_idx').on(table.otherNo),
    index('digest_encounters_mail_id_idx').on(table.mailId).where(sql`mail_id is not null`),
  ],
);
