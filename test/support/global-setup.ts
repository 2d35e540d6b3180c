import { exportJWK, generateKeyPair } from 'jose';
import type { TestProject } from 'vitest/node';
import { startConsole } from '../../local/console/server.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { createInbox } from '../../local/mail/inbox.ts';
import { createOAuthStub } from '../../local/oauth/stub.ts';

declare module 'vitest' {
  interface ProvidedContext {
    bindings: Record<string, string>;
  }
}

const randomSecret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');

async function signingKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'ES256', use: 'sig' };
}

/** A database and an inbox of the run's own; the Worker under test finds them by its bindings. */
export default async function setup(project: TestProject) {
  const database = await createTestDatabase({ url: process.env.DATABASE_URL });
  const inbox = createInbox();
  const providers = await createOAuthStub();
  const console = await startConsole({ port: 0, database, handlers: [inbox.handle, providers.handle] });

  project.provide('bindings', {
    DATABASE_URL: 'postgresql://kairos_app:local@localhost/kairos',
    DATABASE_ENDPOINT: `${console.url}/sql`,
    RESEND_BASE_URL: console.url,
    RESEND_API_KEY: 're_test',
    RESEND_WEBHOOK_SECRET: `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64')}`,
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
    AUTH_KEYS: JSON.stringify({ keys: [await signingKey()] }),
    TOKEN_SECRET: randomSecret(),
    LOCATION_SECRET: randomSecret(),
  });

  return async () => {
    await console.close();
    await database.close();
  };
}
