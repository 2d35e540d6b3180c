// What `#kairos` is outside the Workers runtime: importing it starts the Worker in workerd, over a database of its own,
// embedded or on the server of DATABASE_URL. KAIROS_PLANT names a defect to build in; KAIROS_FAULTS puts a proxy that can
// fail between the Worker and its database; KAIROS_QUICK_HASHES has the Worker compute each password hash only once.
import { createTestHarness } from 'wrangler';
import { root } from '../local/stack/paths.ts';
import { startSurroundings } from '../test/support/surroundings.ts';
import { type Plant, plantedRoot } from './plant.ts';
import { plants } from './plants.ts';
import { countingTrips } from './trip-counter.ts';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
// Tracing for wrangler's own explorer adds ten milliseconds to every request.
process.env.X_LOCAL_OBSERVABILITY ??= 'false';

const { bindings, database, inbox, close } = await startSurroundings({
  watch: countingTrips,
  bindings: {
    // workerd listens for http, which a Worker behind an https address refuses.
    API_URL: 'http://api.kairos.test',
    DISCOVERY_MIN_ACCOUNT_AGE_H: '0',
    // Fifty who know the password and come at once are not to be kept waiting.
    LOCKOUT_ACCOUNT_FAILURES: '100',
  },
});

const quickHashes: Plant = {
  file: 'src/lib/password-hash.ts',
  find: "'@noble/hashes/argon2.js'",
  replace: `'${root}/test/support/argon2.ts'`,
};

function workerRoot(): string {
  const name = process.env.KAIROS_PLANT;
  if (!name) return process.env.KAIROS_QUICK_HASHES ? plantedRoot('quick hashes', quickHashes) : root;
  const plant = plants[name];
  if (!plant) throw new Error(`no plant ${name}`);
  return plantedRoot(name, plant);
}

const server = createTestHarness({
  root: workerRoot(),
  workers: [{ configPath: 'wrangler.toml', vars: process.env.KAIROS_FAULTS ? await throughFaults() : bindings }],
});

/** Waiting for a database that hangs is most of such a run: here it is given up sooner than riders need. */
async function throughFaults() {
  const { between } = await import('./database-proxy.ts');
  return { ...between(bindings), DATABASE_WAIT_MS: '1500' };
}

/** Where workerd listens, for who speaks to it without `fetch`. */
export const { url } = await server.listen();

export { database, inbox };

/** The limiters are workerd's own; whoever reads the configuration here only wants to know that they are there. */
const limiter: RateLimit = { limit: async () => ({ success: true }) };
export const env = { ...bindings, LIMIT_LOGIN: limiter, LIMIT_MAIL: limiter, LIMIT_HEAVY: limiter, LIMIT_API: limiter };

/** Sends a request for our own address to where workerd listens. */
export async function fetchWorker(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return await fetch(new Request(new URL(pathname + search, url), request));
}

/** Runs what a cron expression stands for, as Cloudflare's timer does. */
export async function runCron(cron: string): Promise<void> {
  await server.getWorker().scheduled({ cron });
}

export const logs = () => server.getLogs();

export async function stop(): Promise<void> {
  await server.close();
  await close();
}
