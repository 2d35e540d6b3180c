import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Console, startConsole } from './console/server.ts';
import type { Database } from './database/database.ts';
import { createInbox } from './mail/inbox.ts';
import { createOAuthStub } from './oauth/stub.ts';
import { prepareSample } from './sample/prepare.ts';
import { banner } from './stack/banner.ts';
import { claim, findRunning } from './stack/claim.ts';
import { openDatabase } from './stack/database.ts';
import { createLifecycle } from './stack/lifecycle.ts';
import { createLogPrinter } from './stack/log-lines.ts';
import { type Options, readOptions, usage } from './stack/options.ts';
import { paths, root } from './stack/paths.ts';
import { requireFreePorts } from './stack/ports.ts';
import { type Progress, printProgress } from './stack/progress.ts';
import { describe, Refusal } from './stack/refusal.ts';
import { ensureSecrets } from './stack/secrets.ts';
import { localUrl, localVariables } from './stack/variables.ts';
import { type RunningWorker, startWorker } from './stack/worker.ts';

/** The running parts. A database that is still being created is not one: the next start creates it again. */
const parts: { release?: () => void; worker?: RunningWorker; console?: Console; database?: Database } = {};

// A closed terminal must not interrupt the stop.
process.stdout.on('error', () => {});

const lifecycle = createLifecycle([
  () => parts.worker && console.log('\nKairos is stopping.'),
  () => parts.worker?.stop(),
  () => parts.console?.close(),
  () => parts.database?.close(),
  () => parts.release?.(),
  () => parts.worker && console.log(farewell(parts.database !== undefined)),
]);

async function start(options: Options): Promise<void> {
  const running = await findRunning(paths.running, new Date());
  if (running) {
    const { port, pid } = running;
    throw new Refusal(`Kairos is already running from this folder: ${localUrl(port)} (process ${pid}).`);
  }
  await requireFreePorts(options);

  const { port, consolePort } = options;
  const note = { pid: process.pid, port, console_port: consolePort, started_at: new Date().toISOString() };
  parts.release = claim(paths.running, paths.state, note);
  await ensureSecrets(paths.secrets);
  const isFirst = options.databaseUrl === undefined && !existsSync(paths.database);
  const onProgress = isFirst ? printProgress : () => {};
  if (isFirst) console.log('Creating the database. Only the first start takes this long, about half a minute.');

  // In parallel, since each takes seconds and uses one core.
  const api = localUrl(port);
  const logs = createLogPrinter(options.verbose);
  const settings = {
    config: join(root, 'wrangler.toml'),
    port,
    vars: localVariables(options),
    watch: options.reload,
    persist: paths.runtime,
  };
  parts.worker = startWorker(settings, root, logs.print);
  const [{ database, label }] = await Promise.all([
    serveDatabase(options, onProgress).finally(() => logs.show('problems')),
    parts.worker.untilReady().then(() => onProgress('Worker')),
  ]);
  void parts.worker.exited.then(() => stop(new Refusal('The Worker has stopped. Its last output is above.')));

  const riders = options.sample ? await prepareSample({ api, database, now: new Date() }) : [];
  if (options.sample) onProgress('demo riders');
  console.log(
    banner({ api, console: localUrl(consolePort), database: label, seconds: performance.now() / 1000, riders }),
  );
  logs.show('all');
}

async function serveDatabase(options: Options, onProgress: Progress): Promise<{ database: Database; label: string }> {
  const { database, label } = await openDatabase(options, onProgress);
  parts.database = database;
  parts.console = await startConsole({
    port: options.consolePort,
    database,
    latencyMs: options.latencyMs,
    handlers: [createInbox({ file: paths.inbox }).handle, (await createOAuthStub()).handle],
  });
  onProgress('database and inbox');
  return { database, label };
}

const farewell = (hasDatabase: boolean): string =>
  hasDatabase
    ? 'Kairos has stopped. Your data stays for the next npm start.'
    : 'Kairos has stopped during its start. The next npm start creates the database.';

async function stop(error: unknown): Promise<void> {
  if (lifecycle.isEnding()) return;
  console.error(describe(error));
  await lifecycle.end(1);
}

async function main(): Promise<void> {
  try {
    if (process.argv.includes('--help')) console.log(usage);
    else await start(readOptions(process.argv.slice(2), process.env));
  } catch (error) {
    await stop(error);
  }
}

await main();
