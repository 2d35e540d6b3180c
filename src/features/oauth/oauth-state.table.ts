import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, instant } from '../../db/columns.ts';

/** A sign-in under way: the browser is at the provider. */
export const oauthStates = pgTable(
  'oauth_states',
  {
    stateHash: bytea('state_hash').primaryKey(),
    /** Hash of the secret in the cookie of the browser that began the sign-in. */
    browserHash: bytea('browser_hash').notNull(),
    provider: text({ enum: ['google', 'github'] }).notNull(),
    returnTo: text('return_to').notNull(),
    /** From the app, for the code that it gets (RFC 7636, S256). */
    codeChallenge: text('code_challenge').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('oauth_states_expires_at_idx').on(table.expiresAt)],
);
