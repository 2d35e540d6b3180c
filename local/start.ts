import { join } from 'node:path';
import { startConsole } from './console/server.ts';
import { createInbox } from './mail/inbox.ts';
import { prepareSample } from './sample/prepare.ts';
import { banner } from './stack/banner.ts';
import { claim, findRunning } from './stack/claim.ts';
import { openDatabase } from './stack/database.ts';
import { createLifecycle } from './stack/lifecycle.ts';
import { createLogPrinter } from './stack/log-lines.ts';
import { type Options, readOptions, usage } from './stack/options.ts';
import { paths, root } from './stack/paths.ts';
import { requireFreePorts } from './stack/ports.ts';
import { describe, Refusal } from './stack/refusal.ts';
import { ensureSecrets } from './stack/secrets.ts';
import { startWorker } from './stack/worker.ts';

const lifecycle = createLifecycle();

async function start(options: Options): Promise<void> {
  const running = await findRunning(paths.running, new Date());
  if (running)
    throw new Refusal(
      `Kairos already runs from this folder: http://127.0.0.1:${running.port} (process ${running.pid}).`,
    );
  await requireFreePorts(options);

  const { port, consolePort } = options;
  const api = `http://127.0.0.1:${port}`;
  lifecycle.onEnd(
    claim(paths.running, paths.state, {
      pid: process.pid,
      port,
      console_port: consolePort,
      started_at: new Date().toISOString(),
    }),
  );
  await ensureSecrets(paths.secrets);

  // Side by side: each takes seconds and a core.
  const logs = createLogPrinter(options.verbose);
  const worker = startWorker(
    {
      config: join(root, 'wrangler.toml'),
      port,
      vars: vars(api, consolePort),
      watch: options.reload,
      persist: paths.runtime,
    },
    root,
    logs.print,
  );
  const opening = openDatabase(options);
  const listening = opening.then(({ database }) =>
    startConsole({
      port: consolePort,
      database,
      latencyMs: options.latencyMs,
      handlers: [createInbox({ file: paths.inbox }).handle],
    }),
  );
  lifecycle.onEnd(() => opening.then(({ database }) => database.close(), ignore));
  lifecycle.onEnd(() => listening.then((server) => server.close(), ignore));
  lifecycle.onEnd(worker.stop);

  const [{ database, label }, server] = await Promise.all([opening, listening, worker.ready()]);
  void worker.exited.then(() => stop(new Refusal('The Worker has ended; what it said last is above.')));

  const riders = options.sample ? await prepareSample({ api, database, now: new Date() }) : [];
  console.log(banner({ api, console: server.url, database: label, seconds: performance.now() / 1000, riders }));
  logs.open();
}

/** What depends on the ports; wrangler.toml has the values for the usual ones. */
const vars = (api: string, consolePort: number): Record<string, string> => ({
  API_URL: api,
  WEB_URL: api,
  DATABASE_ENDPOINT: `http://127.0.0.1:${consolePort}/sql`,
  RESEND_BASE_URL: `http://127.0.0.1:${consolePort}`,
  DISCOVERY_MIN_ACCOUNT_AGE_H: '0',
});

const ignore = (): void => undefined;

async function stop(error: unknown): Promise<void> {
  if (lifecycle.isEnding()) return;
  console.error(describe(error));
  await lifecycle.end(1);
}

if (process.argv.includes('--help')) console.log(usage);
else
  await Promise.resolve()
    .then(() => start(readOptions(process.argv.slice(2), process.env)))
    .catch(stop);
