import { startConsole } from '../../local/console/server.ts';
import type { Handler } from '../../local/console/sql.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { createInbox } from '../../local/mail/inbox.ts';
import { createOAuthStub, stubSecret } from '../../local/oauth/stub.ts';
import { newKeySet } from '../../local/stack/signing-keys.ts';

type Options = {
  /** Replaces default bindings. */
  bindings?: Readonly<Record<string, string>>;
  /** A delay for every reply of the database. */
  latencyMs?: number;
  /** Wraps the database behind the endpoint. */
  watch?: (database: Database) => Database;
  /** Handlers before all others of the console. */
  before?: readonly Handler[];
};

const random = (bytes: number, encoding: 'base64' | 'base64url') =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString(encoding);

/** Starts the database, inbox and providers of a run, and returns the bindings with their addresses. */
export async function startSurroundings({
  latencyMs = 0,
  watch = (database) => database,
  before = [],
  bindings: others = {},
}: Options = {}) {
  const database = await createTestDatabase({ url: process.env.DATABASE_URL });
  const inbox = createInbox();
  const providers = await createOAuthStub();
  const console = await startConsole({
    port: 0,
    database: watch(database),
    latencyMs,
    before,
    handlers: [inbox.handle, providers.handle],
  });

  const bindings = {
    DATABASE_URL: 'postgresql://kairos_app:local@localhost/kairos',
    DATABASE_ENDPOINT: `${console.url}/sql`,
    // The embedded database serves one request at a time.
    DATABASE_WAIT_MS: '15000',
    RESEND_BASE_URL: console.url,
    RESEND_API_KEY: 're_test',
    RESEND_WEBHOOK_SECRET: `whsec_${random(24, 'base64')}`,
    MAIL_BUDGET_PER_HOUR: '1000000',
    API_URL: 'https://api.kairos.test',
    WEB_URL: 'https://kairos.test',
    CORS_ORIGINS: 'https://app.kairos.test,https://other.kairos.test',
    GOOGLE_BASE_URL: `${console.url}/oauth/google`,
    GOOGLE_CLIENT_ID: 'kairos-test',
    GOOGLE_CLIENT_SECRET: stubSecret,
    GITHUB_BASE_URL: `${console.url}/oauth/github`,
    GITHUB_CLIENT_ID: 'kairos-test',
    GITHUB_CLIENT_SECRET: stubSecret,
    OAUTH_RETURN_URLS: 'https://app.kairos.test/signed-in,kairos://signed-in',
    MAIL_FROM: 'Kairos <hello@kairos.test>',
    DISCOVERY_MIN_ACCOUNT_AGE_H: '72',
    AUTH_KEYS: JSON.stringify(await newKeySet(new Date())),
    TOKEN_SECRET: random(32, 'base64url'),
    LOCATION_SECRET: random(32, 'base64url'),
    ...others,
  };

  return {
    bindings,
    database,
    inbox,
    async close() {
      await console.close();
      await database.close();
    },
  };
}
