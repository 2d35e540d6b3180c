// Node resolves `#kairos` to this file, and workerd to test/support/kairos.ts (see `imports` in package.json). Importing
// it starts the Worker in workerd with a database of its own, embedded or on the server of DATABASE_URL. KAIROS_DEFECT names a defect to inject. KAIROS_FAULTS puts a proxy between the
// Worker and its database and mail provider. With KAIROS_QUICK_HASHES the Worker computes each password hash only once.
// With KAIROS_REPEATABLE it takes the time and all random numbers from the request.
import { rmSync } from 'node:fs';
import { createTestHarness } from 'wrangler';
import { root } from '../../local/stack/paths.ts';
import { startSurroundings } from '../../test/support/surroundings.ts';
import {
  changeFunctions,
  copyWithChanges,
  type Defect,
  functionChangesOf,
  type SourceChange,
  sourceChangesOf,
} from './defect.ts';
import { defects } from './defects.ts';
import { createTripMeter, withTripCount } from './trip-counter.ts';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
// Tracing for wrangler's own explorer adds ten milliseconds to every request.
process.env.X_LOCAL_OBSERVABILITY ??= 'false';

/** Counts the round trips of the Worker to its database. */
export const tally = createTripMeter();

const { bindings, database, inbox, close } = await startSurroundings({
  watch: (own) => tally.watch(withTripCount(own)),
  bindings: {
    // workerd listens for http, and a Worker with an https address refuses http.
    API_URL: 'http://api.kairos.test',
    DISCOVERY_MIN_ACCOUNT_AGE_H: '0',
    // Fifty simultaneous logins with the right password must not lock the account.
    LOCKOUT_ACCOUNT_FAILURES: '100',
    // Shifts and handles are derived from it, so both worlds need the same one.
    ...(process.env.KAIROS_REPEATABLE && { LOCATION_SECRET: 'the-same-each-time-'.repeat(3).slice(0, 43) }),
  },
});

const quickHashes: SourceChange = {
  file: 'src/lib/password-hash.ts',
  find: "'@noble/hashes/argon2.js'",
  replace: `'${root}/test/support/argon2.ts'`,
};

const repeatable: readonly SourceChange[] = [
  {
    file: 'src/worker.ts',
    find: 'const world = { now: () => new Date(), newId: () => uuidv7() };',
    replace: `import { makeRepeatable, world } from '${root}/proof/support/repeatable.ts';`,
  },
  { file: 'src/worker.ts', find: "import { v7 as uuidv7 } from 'uuid';", replace: '' },
  { file: 'src/worker.ts', find: 'fetch: app.fetch,', replace: 'fetch: makeRepeatable(app.fetch, runScheduled),' },
];

function findDefect(name: string | undefined): Defect {
  const defect = name ? defects[name] : [];
  if (!defect) throw new Error(`KAIROS_DEFECT names no defect of proof/support/defects.ts: ${name}`);
  return defect;
}

const defect = findDefect(process.env.KAIROS_DEFECT);
await changeFunctions(database, functionChangesOf(defect));

/** The folder from which the Worker is built: the project, or a copy of it with changes. */
function workerRoot(): string {
  const { KAIROS_QUICK_HASHES, KAIROS_REPEATABLE } = process.env;
  const changes = [
    ...sourceChangesOf(defect),
    ...(KAIROS_QUICK_HASHES ? [quickHashes] : []),
    ...(KAIROS_REPEATABLE ? repeatable : []),
  ];
  return changes.length > 0 ? copyWithChanges(changes) : root;
}

const builtRoot = workerRoot();

const server = createTestHarness({
  root: builtRoot,
  workers: [{ configPath: 'wrangler.toml', vars: process.env.KAIROS_FAULTS ? await throughFaults() : bindings }],
});

/** The Worker waits less for a database that hangs, since waiting is most of the time of a run. */
async function throughFaults() {
  const { throughProxy } = await import('./database-proxy.ts');
  return { ...throughProxy(bindings), DATABASE_WAIT_MS: '1500' };
}

/** The address of workerd, for callers that do not use `fetch`. */
export const { url } = await server.listen();

export { database, inbox };

/** workerd has its own rate limiters. Code that parses the bindings here only needs them to exist. */
const limiter: RateLimit = { limit: async () => ({ success: true }) };
export const env = { ...bindings, LIMIT_LOGIN: limiter, LIMIT_MAIL: limiter, LIMIT_HEAVY: limiter, LIMIT_API: limiter };

/** Sends a request for the API's address to workerd. */
export async function fetchWorker(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return await fetch(new Request(new URL(pathname + search, url), request));
}

/** Runs the jobs of a cron expression, as Cloudflare's timer does. */
export async function runCron(cron: string): Promise<void> {
  await server.getWorker().scheduled({ cron });
}

export const logs = () => server.getLogs();

/** Starts the same Worker again, with the same secrets and address, and with a database of its own. */
export async function startTwin() {
  // Both use the same OAuth stub, because redirects contain its URLs and must be equal.
  const { DATABASE_ENDPOINT, RESEND_BASE_URL, ...shared } = bindings;
  const ownTally = createTripMeter();
  const own = await startSurroundings({ watch: ownTally.watch, bindings: shared });
  await changeFunctions(own.database, functionChangesOf(defect));
  const twin = createTestHarness({
    root: builtRoot,
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
  if (builtRoot !== root) rmSync(builtRoot, { recursive: true, force: true });
}
