// Starts a built bundle in workerd and calls GET /health: node scripts/boot.ts <environment> <folder>
import { fileURLToPath } from 'node:url';
import { createTestHarness } from 'wrangler';
import { newKeySet } from '../local/stack/signing-keys.ts';
import { root } from './tool.ts';

const randomSecret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');

export type BootedBundle = {
  url: URL;
  get: (path: string) => Promise<{ status: number; headers: Pick<Headers, 'get'>; text: string }>;
  close: () => Promise<void>;
};

/** Starts the bundle of an environment, with new keys and a database address without a server. */
export async function bootBundle(environment: 'staging' | 'production', folder: string): Promise<BootedBundle> {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
  const server = createTestHarness({
    root,
    workers: [
      {
        configPath: 'wrangler.toml',
        env: environment,
        prebuiltWorkerDir: folder,
        // The harness uses http, and a Worker with an https address refuses http.
        vars: { API_URL: 'http://127.0.0.1', DATABASE_ENDPOINT: 'http://127.0.0.1:9/sql' },
        secrets: {
          DATABASE_URL: 'postgresql://kairos_app:none@localhost/kairos',
          AUTH_KEYS: JSON.stringify(await newKeySet(new Date())),
          TOKEN_SECRET: randomSecret(),
          LOCATION_SECRET: randomSecret(),
          RESEND_API_KEY: 're_none',
        },
      },
    ],
  });
  const { url } = await server.listen();
  return {
    url,
    get: async (path) => {
      const response = await server.fetch(path);
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    close: () => server.close(),
  };
}

async function main([environment, folder]: string[]): Promise<void> {
  if ((environment !== 'staging' && environment !== 'production') || !folder)
    throw new Error('usage: node scripts/boot.ts <staging|production> <folder>');
  const server = await bootBundle(environment, folder);
  const { status, text } = await server.get('/health').finally(server.close);
  console.log(`${environment}: GET /health answers ${status} ${text}`);
  if (status !== 200) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
