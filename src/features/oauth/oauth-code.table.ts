import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';
import { sessions } from '../sessions/session.table.ts';

/** The result of a sign-in at a provider. A client that has the code and its verifier may use it once. */
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
    /** The session that the code was exchanged for. It ends when the code is used a second time. */
    sessionId: uuid('session_id').references(() => sessions.id, { onDelete: 'cascade' }),
  },
  (table) => [
    index('oauth_codes_expires_at_idx').on(table.expiresAt),
    index('oauth_codes_session_id_idx').on(table.sessionId),
    index('oauth_codes_email_idx').on(table.email),
  ],
);
