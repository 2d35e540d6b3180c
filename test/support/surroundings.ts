import { startConsole } from '../../local/console/server.ts';
import type { Handler } from '../../local/console/sql.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { createInbox } from '../../local/mail/inbox.ts';
import { createOAuthStub } from '../../local/oauth/stub.ts';
import { newKeySet } from '../../local/stack/signing-keys.ts';

type Options = {
  /** Put over those of every run. */
  bindings?: Readonly<Record<string, string>>;
  /** Added to every reply of the database. */
  latencyMs?: number;
  /** Puts itself between the endpoint and the database. */
  watch?: (database: Database) => Database;
  /** Asked before anything else that stands at the console. */
  before?: readonly Handler[];
};

const random = (bytes: number, encoding: 'base64' | 'base64url') =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString(encoding);

/** All that a Worker under test talks to, made for this run alone, and the bindings by which it finds it. */
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
    RESEND_BASE_URL: console.url,
    RESEND_API_KEY: 're_test',
    RESEND_WEBHOOK_SECRET: `whsec_${random(24, 'base64')}`,
    MAIL_BUDGET_PER_HOUR: '1000000',
    API_URL: 'https://api.kairos.test',
    WEB_URL: 'https://kairos.test',
    CORS_ORIGINS: 'https://app.kairos.test,https://other.kairos.test',
    GOOGLE_BASE_URL: `${console.url}/oauth/google`,
    GOOGLE_CLIENT_ID: 'kairos-test',
    GOOGLE_CLIENT_SECRET: 'local-stub-secret',
    GITHUB_BASE_URL: `${console.url}/oauth/github`,
    GITHUB_CLIENT_ID: 'kairos-test',
    GITHUB_CLIENT_SECRET: 'local-stub-secret',
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
