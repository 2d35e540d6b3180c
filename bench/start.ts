// npm run bench -- start: measures the size of the Worker, its start and its first request. `--beside <commit>` also
// measures another commit, in turns with this one.
import { Buffer } from 'node:buffer';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { kilobytes } from '../scripts/bundle.ts';
import { type Sent, send } from './http/load.ts';
import { createReader } from './http/world.ts';
import { markdownTable } from './markdown.ts';
import { buildWorker, buildWorkerOf } from './stack/build.ts';
import { machineOf } from './stack/machine.ts';
import { cpuMsOf } from './stack/process-cpu.ts';
import { openSurroundings } from './stack/surroundings.ts';
import { type Built, smallestWorker, startWorkerd, type Worker } from './stack/workerd.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '9' }, beside: { type: 'string' } },
});
const runs = Number(values.runs);
const repeats = 20;

type Cost = { wallMs: number; cpuMs: number };
type Contestant = { name: string; built: Built; costs: Map<string, Cost[]> };

const health: Sent = { method: 'GET', path: '/health' };

async function costOf(worker: Worker, sent: Sent, startedAt = performance.now(), cpuBeforeMs = cpuMsOf(worker.pid)) {
  const { status, text } = await send(worker.url, sent);
  if (status !== 200) throw new Error(`${sent.path} answered ${status}: ${text}`);
  return { wallMs: performance.now() - startedAt, cpuMs: cpuMsOf(worker.pid) - cpuBeforeMs };
}

function middleOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

const medianOf = (all: readonly Cost[]): Cost => ({
  wallMs: middleOf(all.map(({ wallMs }) => wallMs)),
  cpuMs: middleOf(all.map(({ cpuMs }) => cpuMs)),
});

/** The main module and the modules that it imports statically, also through others. */
function startSizeOf({ modules }: Built): { gzipBytes: number; allBytes: number } {
  const texts = new Map(modules.map(({ path, text }) => [path, text]));
  const found = new Set(modules.slice(0, 1).map(({ path }) => path));
  for (const path of found)
    for (const [, imported = ''] of (texts.get(path) ?? '').matchAll(/(?:from|import)"\.{1,2}\/((?:chunks\/)?[^"]+)"/g))
      for (const candidate of [imported, `chunks/${imported}`]) if (texts.has(candidate)) found.add(candidate);
  const gzipBytes = [...found].map((path) => gzipSync(texts.get(path) ?? '', { level: 9 }).byteLength);
  return {
    gzipBytes: gzipBytes.reduce((sum, bytes) => sum + bytes, 0),
    allBytes: modules.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
  };
}

async function measure(contestants: readonly Contestant[]): Promise<void> {
  const { bindings, databaseUrl, databaseVersion, close } = await openSurroundings();
  const [one] = contestants;
  if (!one) return;
  const first = await startWorkerd(one.built, bindings);
  const { token } = await createReader({ workerUrl: first.url, databaseUrl, bindings });
  await first.stop();
  const me: Sent = { method: 'GET', path: '/v1/me', headers: { Authorization: `Bearer ${token}` } };

  for (let run = 0; run < runs; run += 1) {
    for (const { built, costs } of contestants) {
      const note = (name: string, cost: Cost) => costs.set(name, [...(costs.get(name) ?? []), cost]);
      const bare = await startWorkerd(smallestWorker, {});
      note('start of a Worker of one line', await costOf(bare, health, bare.startedAt, 0));
      await bare.stop();

      const worker = await startWorkerd(built, bindings);
      note('start of Kairos', await costOf(worker, health, worker.startedAt, 0));
      note('first `GET /v1/me`', await costOf(worker, me));
      const rest: Cost[] = [];
      for (let more = 0; more < repeats; more += 1) rest.push(await costOf(worker, me));
      note(`\`GET /v1/me\`, the ${repeats} after it`, medianOf(rest));
      await worker.stop();
    }
  }
  await close();
  console.log(`${machineOf(databaseVersion)}; median of ${values.runs} runs\n`);
}

function print(contestants: readonly Contestant[]): void {
  const sizes = contestants.map(({ built }) => startSizeOf(built));
  const rows = [...(contestants[0]?.costs.keys() ?? [])].map((name) => [
    name,
    ...contestants.flatMap(({ costs }) => {
      const { wallMs, cpuMs } = medianOf(costs.get(name) ?? []);
      return [wallMs.toFixed(1), cpuMs.toFixed(1)];
    }),
  ]);
  const sizeRow = (name: string, bytes: number[]) => [name, ...bytes.flatMap((size) => [kilobytes(size), ''])];
  console.log(
    markdownTable(
      ['', ...contestants.flatMap(({ name }) => [`${name}, ms`, 'CPU ms'])],
      [
        ...rows,
        sizeRow(
          'compiled at start, gzip',
          sizes.map(({ gzipBytes }) => gzipBytes),
        ),
        sizeRow(
          'all modules',
          sizes.map(({ allBytes }) => allBytes),
        ),
      ],
    ),
  );
}

const contestants: Contestant[] = [{ name: 'this tree', built: await buildWorker(), costs: new Map() }];
if (values.beside)
  contestants.push({ name: values.beside, built: await buildWorkerOf(values.beside), costs: new Map() });
await measure(contestants);
print(contestants);
