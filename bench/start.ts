// npm run bench -- start: measures the size of the bundle, its start and its first request.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundle, kilobytes } from '../scripts/bundle.ts';
import { type Sent, send } from './http/load.ts';
import { createReader } from './http/world.ts';
import { markdownTable } from './markdown.ts';
import { machineOf } from './stack/machine.ts';
import { cpuMsOf } from './stack/process-cpu.ts';
import { openSurroundings } from './stack/surroundings.ts';
import { startWorkerd, type Worker } from './stack/workerd.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '9' } },
});

const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
const { script, gzipBytes } = await buildBundle('production', folder).finally(() =>
  rmSync(folder, { recursive: true }),
);
const { bindings, databaseUrl, databaseVersion, close } = await openSurroundings();

/** The start of workerd itself. */
const smallestWorker = `export default { fetch: () => Response.json({ status: 'ok' }) };`;

type Cost = { wallMs: number; cpuMs: number };
const costs = new Map<string, Cost[]>();
const note = (name: string, cost: Cost) => costs.set(name, [...(costs.get(name) ?? []), cost]);

async function costOf(worker: Worker, sent: Sent, startedAt = performance.now(), cpuBeforeMs = cpuMsOf(worker.pid)) {
  const { status, text } = await send(worker.url, sent);
  if (status !== 200) throw new Error(`${sent.path} answered ${status}: ${text}`);
  return { wallMs: performance.now() - startedAt, cpuMs: cpuMsOf(worker.pid) - cpuBeforeMs };
}

const health: Sent = { method: 'GET', path: '/health' };
const first = await startWorkerd(script, bindings);
const reader = await createReader({ workerUrl: first.url, databaseUrl, bindings });
await first.stop();
const me: Sent = { method: 'GET', path: '/v1/me', headers: { Authorization: `Bearer ${reader.token}` } };
const repeats = 20;

for (let run = 0; run < Number(values.runs); run += 1) {
  const bare = await startWorkerd(smallestWorker, {});
  note('start of a Worker of one line', await costOf(bare, health, bare.startedAt, 0));
  await bare.stop();

  const worker = await startWorkerd(script, bindings);
  note('start of Kairos', await costOf(worker, health, worker.startedAt, 0));
  note('first `GET /v1/me`', await costOf(worker, me));
  const rest: Cost[] = [];
  for (let more = 0; more < repeats; more += 1) rest.push(await costOf(worker, me));
  note(`\`GET /v1/me\`, the ${repeats} after it`, medianOf(rest));
  await worker.stop();
}

function medianOf(all: readonly Cost[]): Cost {
  const middle = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
  return { wallMs: middle(all.map(({ wallMs }) => wallMs)), cpuMs: middle(all.map(({ cpuMs }) => cpuMs)) };
}

console.log(`${machineOf(databaseVersion)}; median of ${values.runs} runs\n`);
console.log(`Bundle: ${kilobytes(Buffer.byteLength(script))}, ${kilobytes(gzipBytes)} gzip\n`);
console.log(
  markdownTable(
    ['', 'ms', 'CPU ms'],
    [...costs].map(([name, all]) => {
      const { wallMs, cpuMs } = medianOf(all);
      return [name, wallMs.toFixed(1), cpuMs.toFixed(1)];
    }),
  ),
);
await close();
