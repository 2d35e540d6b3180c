import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { sessions } from '../sessions/session.table.ts';

/** Somebody has proven to be this subject of the provider; whoever has the code and its verifier may say so once. */
export const oauthCodes = pgTable(
  'oauth_codes',
  {
    codeHash: bytea('code_hash').primaryKey(),
    provider: text({ enum: ['google', 'github'] }).notNull(),
    subject: text().notNull(),
    email: text(),
    isEmailVerified: boolean('is_email_verified').notNull(),
    name: text().notNull(),
    codeChallenge: text('code_challenge').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    /** The session it was exchanged for, which ends when the code comes a second time. */
    sessionId: uuid('session_id').references(() => sessions.id, { onDelete: 'cascade' }),
  },
  (table) => [
    index('oauth_codes_expires_at_idx').on(table.expiresAt),
    index('oauth_codes_session_id_idx').on(table.sessionId),
    index('oauth_codes_email_idx').on(table.email),
  ],
);
