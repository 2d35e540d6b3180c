// What `#kairos` is outside the Workers runtime: importing it starts the Worker in workerd, over a database of its own,
// embedded or on the server of DATABASE_URL. KAIROS_PLANT names a defect to build in; KAIROS_FAULTS puts a proxy that can
// fail between the Worker and its database; KAIROS_QUICK_HASHES has the Worker compute each password hash only once;
// KAIROS_REPEATABLE has it take the time and all chance from the request.
import { rmSync } from 'node:fs';
import { createTestHarness } from 'wrangler';
import { root } from '../../local/stack/paths.ts';
import { startSurroundings } from '../../test/support/surroundings.ts';
import { type Defect, functionPlantsIn, type Plant, plantedRoot, plantFunctions, plantsIn } from './plant.ts';
import { plants } from './plants.ts';
import { countingTrips, createTally } from './trip-counter.ts';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
// Tracing for wrangler's own explorer adds ten milliseconds to every request.
process.env.X_LOCAL_OBSERVABILITY ??= 'false';

/** How many trips the Worker has made to its database. */
export const tally = createTally();

const { bindings, database, inbox, close } = await startSurroundings({
  watch: (own) => tally.watch(countingTrips(own)),
  bindings: {
    // workerd listens for http, which a Worker behind an https address refuses.
    API_URL: 'http://api.kairos.test',
    DISCOVERY_MIN_ACCOUNT_AGE_H: '0',
    // Fifty who know the password and come at once are not to be kept waiting.
    LOCKOUT_ACCOUNT_FAILURES: '100',
    // Shifts and handles hang on it.
    ...(process.env.KAIROS_REPEATABLE && { LOCATION_SECRET: 'the-same-each-time-'.repeat(3).slice(0, 43) }),
  },
});

const quickHashes: Plant = {
  file: 'src/lib/password-hash.ts',
  find: "'@noble/hashes/argon2.js'",
  replace: `'${root}/test/support/argon2.ts'`,
};

const repeatable: readonly Plant[] = [
  {
    file: 'src/worker.ts',
    find: 'const world = { now: () => new Date(), newId: () => uuidv7() };',
    replace: `import { repeatably, world } from '${root}/proof/support/repeatable.ts';`,
  },
  { file: 'src/worker.ts', find: "import { v7 as uuidv7 } from 'uuid';", replace: '' },
  { file: 'src/worker.ts', find: 'fetch: app.fetch,', replace: 'fetch: repeatably(app.fetch, runScheduled),' },
];

function plantNamed(name: string | undefined): Defect {
  const plant = name ? plants[name] : [];
  if (!plant) throw new Error(`no plant ${name}`);
  return plant;
}

const plant = plantNamed(process.env.KAIROS_PLANT);
await plantFunctions(database, functionPlantsIn(plant));

/** Where the Worker is built from: the project, or a copy of it with changes. */
function workerRoot(): string {
  const { KAIROS_QUICK_HASHES, KAIROS_REPEATABLE } = process.env;
  const parts = [
    ...plantsIn(plant),
    ...(KAIROS_QUICK_HASHES ? [quickHashes] : []),
    ...(KAIROS_REPEATABLE ? repeatable : []),
  ];
  return parts.length > 0 ? plantedRoot(parts) : root;
}

const builtFrom = workerRoot();

const server = createTestHarness({
  root: builtFrom,
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

/** The same Worker once more, over a database of its own: it has the secrets and the address of the first. */
export async function startTwin() {
  const { DATABASE_ENDPOINT, RESEND_BASE_URL, ...shared } = bindings;
  const ownTally = createTally();
  const own = await startSurroundings({ watch: ownTally.watch, bindings: shared });
  await plantFunctions(own.database, functionPlantsIn(plant));
  const twin = createTestHarness({
    root: builtFrom,
    workers: [{ configPath: 'wrangler.toml', vars: own.bindings }],
  });
  const listening = await twin.listen();
  return {
    url: listening.url,
    tally: ownTally,
    database: own.database,
    inbox: own.inbox,
    async stop() {
      await twin.close();
      await own.close();
    },
  };
}

export async function stop(): Promise<void> {
  await server.close();
  await close();
  if (builtFrom !== root) rmSync(builtFrom, { recursive: true, force: true });
}
