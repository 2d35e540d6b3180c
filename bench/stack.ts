import { createHmac } from 'node:crypto';
import { createTestHarness } from 'wrangler';
import { startConsole } from '../local/console/server.ts';
import type { Database } from '../local/database/database.ts';
import { createTestDatabase } from '../local/database/test-database.ts';
import { createInbox } from '../local/mail/inbox.ts';
import { createOAuthStub } from '../local/oauth/stub.ts';
import { root } from '../local/stack/paths.ts';
import { newKeySet } from '../local/stack/signing-keys.ts';

const randomSecret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');

const webhookKey = crypto.getRandomValues(new Uint8Array(24));
const webhookSecret = `whsec_${Buffer.from(webhookKey).toString('base64')}`;

/** The headers of a signed webhook (Standard Webhooks). */
export function signatureOf(body: string): Record<string, string> {
  const [id, timestamp] = ['msg_1', String(Math.floor(Date.now() / 1_000))];
  const mac = createHmac('sha256', webhookKey).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${mac}` };
}

export type Send = (
  method: string,
  path: string,
  init?: { token?: string; type?: string; body?: string; headers?: Record<string, string> },
) => Promise<{ status: number; text: string; headers: Headers }>;

/** The Worker in workerd over a database of its own: embedded, or made on the server of DATABASE_URL. */
export async function startStack({ latencyMs = 0 }: { latencyMs?: number } = {}) {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
  process.env.WRANGLER_SEND_METRICS ??= 'false';
  const database = await createTestDatabase({ url: process.env.DATABASE_URL });
  const startedAt: number[] = [];
  const watched: Database = {
    ...database,
    run: (...args) => {
      startedAt.push(performance.now());
      return database.run(...args);
    },
    transact: (...args) => {
      startedAt.push(performance.now());
      return database.transact(...args);
    },
  };
  const inbox = createInbox();
  const console = await startConsole({
    port: 0,
    database: watched,
    latencyMs,
    handlers: [inbox.handle, (await createOAuthStub()).handle],
  });
  const server = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        vars: {
          API_URL: 'http://127.0.0.1',
          WEB_URL: 'http://127.0.0.1',
          DATABASE_ENDPOINT: `${console.url}/sql`,
          RESEND_BASE_URL: console.url,
          GOOGLE_BASE_URL: `${console.url}/oauth/google`,
          OAUTH_RETURN_URLS: 'http://127.0.0.1/sign-in',
          DISCOVERY_MIN_ACCOUNT_AGE_H: '0',
        },
        secrets: {
          DATABASE_URL: 'postgresql://kairos_app:local@localhost/kairos',
          AUTH_KEYS: JSON.stringify(await newKeySet(new Date())),
          TOKEN_SECRET: randomSecret(),
          LOCATION_SECRET: randomSecret(),
          RESEND_API_KEY: 're_bench',
          RESEND_WEBHOOK_SECRET: webhookSecret,
        },
      },
    ],
  });
  await server.listen();

  let networks = 0;
  const send: Send = async (method, path, { token, type = 'application/json', body, headers } = {}) => {
    networks = (networks + 1) % 65_536;
    const response = await server.fetch(path, {
      method,
      redirect: 'manual',
      headers: {
        // The limiter counts a network's calls.
        'CF-Connecting-IP': `10.${networks >> 8}.${networks & 255}.1`,
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': type }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, text: await response.text(), headers: new Headers([...response.headers]) };
  };

  return {
    send,
    inbox,
    databaseEndpoint: `${console.url}/sql`,
    /** As `npm run admin -- grant` does. */
    async makeAdmin(email: string) {
      const query = "update users set role = 'admin', disabled_at = null where email = $1";
      await database.run({ query, params: [email] });
    },
    /** When each request reached the database since the last call of this. */
    takeStarts: () => startedAt.splice(0),
    async close() {
      await server.close();
      await console.close();
      await database.close();
    },
  };
}
