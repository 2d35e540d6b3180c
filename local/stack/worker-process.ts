// Runs the Worker in workerd, as `wrangler dev` does. It is a separate process, so that it starts in parallel with the
// database and ends with its parent. It uses wrangler's API, because the command always watches the sources and does
// not pass on log records.
import { unstable_startWorker } from 'wrangler';
import { isWorkerSettings } from './worker.ts';

const settings: unknown = JSON.parse(process.argv[2] ?? 'null');
if (!isWorkerSettings(settings) || !process.send)
  throw new Error('local/stack/worker.ts starts this process; do not run it yourself');
const { config, port, vars, watch, persist } = settings;

process.once('disconnect', () => process.exit(0));
process.on('unhandledRejection', crash);

const worker = await unstable_startWorker({
  config,
  bindings: Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: 'plain_text', value }])),
  dev: {
    server: { hostname: '127.0.0.1', port },
    inspector: false,
    watch,
    persist,
    logLevel: 'error',
    structuredLogsHandler: (record: unknown) => process.send?.(record),
  },
}).catch(crash);

process.removeAllListeners('disconnect');
process.once('disconnect', async () => {
  await worker.dispose();
  process.exit(0);
});

// While wrangler watches the sources, a failed build must not end the process: the next edit may repair it.
let isUp = false;
worker.raw.on('reloadComplete', () => {
  isUp = true;
});
worker.raw.on('error', (event: unknown) => {
  if (!watch || !isUp) crash(event);
});
worker.raw.on('buildFailed', () => {
  // wrangler has printed the reason.
  if (!watch || !isUp) process.exit(1);
});

function crash(reason: unknown): never {
  const cause = reason instanceof Error && reason.cause instanceof Error ? reason.cause : reason;
  console.error(messageOf(cause));
  process.exit(1);
}

function messageOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  if (typeof reason !== 'object' || reason === null) return String(reason);
  const parts = Object.entries(reason).filter(([name]) => name === 'reason' || name === 'message' || name === 'cause');
  return parts.map(([, value]) => messageOf(value)).join(': ');
}
