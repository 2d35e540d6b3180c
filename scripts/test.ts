// npm test: runs the tests in several processes at once, each with a database of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { answerHelp } from '../local/stack/help.ts';
import { root } from './tool.ts';

const usage = `npm test -- [filters] [vitest options]    runs the tests; a filter is a part of a path, such as markers
npm run test:all                          runs them on both databases, and the files with a Worker of their own

  DATABASE_URL=postgres://...   a Postgres with PostGIS, which replaces the embedded one (test:all uses both)
  --after-test                  leaves out of test:all what npm test runs
  TEST_REPORTS=<folder>         keeps a report of each process in JSON`;
answerHelp(usage);

/** These files start a Worker and a database of their own, which takes long. */
const whole = 'test/whole';
/** These files run in Node. All others run in a Worker. */
const inNode = ['test/architecture', 'test/documents', 'test/local', whole];

/** The memory of a process with its workerd and embedded Postgres. */
const bytesPerProcess = 1.5 * 2 ** 30;
/** Another process pays off for this many files, because it must start a Worker and a database. */
const filesPerProcess = 6;

type Run = { name: string; args: string[]; url: string | undefined };
type Request = { filters: string[]; options: string[]; isAll: boolean; isAfterTest: boolean };

function readRequest(args: readonly string[]): Request {
  const own = ['--all', '--after-test'];
  const others = args.filter((arg) => !own.includes(arg));
  const firstOption = others.findIndex((arg) => arg.startsWith('-'));
  const end = firstOption < 0 ? others.length : firstOption;
  return {
    filters: others.slice(0, end),
    options: others.slice(end),
    isAll: args.includes('--all'),
    isAfterTest: args.includes('--after-test'),
  };
}

const isBelow = (folders: readonly string[], path: string): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));

const processes = Math.max(1, Math.min(availableParallelism(), 4, Math.floor(freemem() / bytesPerProcess)));

/** The processes that run the chosen files on one database. */
function runsOn(url: string | undefined, paths: readonly string[], options: readonly string[]): Run[] {
  const database = url ? 'postgres' : 'embedded';
  const worker = paths.filter((path) => !isBelow(inNode, path));
  const own = paths.filter((path) => isBelow([whole], path));
  const node = paths.filter((path) => isBelow(inNode, path) && !own.includes(path));
  const shards = Math.min(processes, Math.ceil(worker.length / filesPerProcess));
  const run = (name: string, project: string, files: readonly string[]): Run[] =>
    files.length === 0
      ? []
      : [{ name: `${database}-${name}`, url, args: ['--project', project, ...files, ...options] }];
  return [
    ...run('node', 'node', node),
    ...Array.from({ length: shards }, (_, index) =>
      // Files of a feature are of similar length, so each process gets every nth file.
      run(
        `worker-${index + 1}`,
        'worker',
        worker.filter((_path, at) => at % shards === index),
      ),
    ).flat(),
    ...run('whole', 'node', own),
  ];
}

function plan({ filters, options, isAll, isAfterTest }: Request): Run[] {
  const url = process.env.DATABASE_URL;
  const paths = globSync('test/**/*.test.ts', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  const chosen = paths.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
  const ordinary = chosen.filter((path) => filters.length > 0 || !isBelow([whole], path));
  if (!isAll) return runsOn(url, ordinary, options);
  if (!url) throw new Error(`npm run test:all also needs a Postgres with PostGIS at DATABASE_URL.\n\n${usage}`);
  const onEmbedded = isAfterTest ? chosen.filter((path) => !ordinary.includes(path)) : chosen;
  return [...runsOn(undefined, onEmbedded, options), ...runsOn(url, chosen, options)];
}

/** Answers whether all tests of the process passed. */
async function start({ name, args, url }: Run, folder: string): Promise<boolean> {
  const { DATABASE_URL: _, ...others } = process.env;
  // vitest, wrangler and the scripts that the tests start are compiled once, not by each process.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'), ...others };
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${join(folder, `${name}.json`)}`];
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--silent=passed-only', ...reporters, ...args],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: url ? { ...env, DATABASE_URL: url } : env },
  );
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** Answers whether all tests of all processes passed. */
async function runAll(runs: readonly Run[], folder: string): Promise<boolean> {
  const waiting = [...runs];
  const outcomes: boolean[] = [];
  const work = async () => {
    for (let run = waiting.shift(); run; run = waiting.shift()) outcomes.push(await start(run, folder));
  };
  await Promise.all(Array.from({ length: processes }, work));
  return outcomes.every((isOk) => isOk);
}

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(6);

/** Prints the sums of all processes, and the ten files that took longest. */
function summarise(runs: readonly Run[], folder: string): void {
  const reports = runs.map(({ name }) => Report.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))));
  const files = reports.flatMap(({ testResults }, index) =>
    testResults.map(({ name, startTime, endTime }) => ({
      path: `${name.replace(`${root}/`, '')} (${runs[index]?.name})`,
      ms: endTime - startTime,
    })),
  );
  console.log('\nThe slowest files:');
  for (const { path, ms } of files.sort((a, b) => b.ms - a.ms).slice(0, 10)) console.log(`${seconds(ms)} s  ${path}`);
  const sum = (count: (report: z.infer<typeof Report>) => number) =>
    reports.reduce((total, one) => total + count(one), 0);
  const [passed, failed] = [sum((report) => report.numPassedTests), sum((report) => report.numFailedTests)];
  console.log(
    `\nAll processes: ${passed} tests passed, ${failed} failed, in ${seconds(performance.now()).trim()} s (${runs.length} processes, ${processes} at once)`,
  );
}

const runs = plan(readRequest(process.argv.slice(2)));
if (runs.length === 0) throw new Error(`No test file has such a path.\n\n${usage}`);
const kept = process.env.TEST_REPORTS;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'kairos-test-'));
mkdirSync(folder, { recursive: true });
try {
  if (!(await runAll(runs, folder))) process.exitCode = 1;
  summarise(runs, folder);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
