import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { journeys } from '../journeys/journey.table.ts';
import { outbox } from '../mail/outbox.table.ts';

/** Of which journey a rider was told by mail, for which of their own: no time, no place. Goes with either. */
export const toldEncounters = pgTable(
  'told_encounters',
  {
    journeyNo: integer('journey_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    otherNo: integer('other_no')
      .notNull()
      .references(() => journeys.no, { onDelete: 'cascade' }),
    /** The mail that is to tell it, until that is sent: with a mail that never goes out goes what it would have told. */
    mailId: uuid('mail_id').references(() => outbox.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ name: 'told_encounters_pkey', columns: [table.journeyNo, table.otherNo] }),
    index('told_encounters_other_no_idx').on(table.otherNo),
    index('told_encounters_mail_id_idx').on(table.mailId).where(sql`mail_id is not null`),
  ],
);
