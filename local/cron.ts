// npm run cron: runs the cron jobs now, on the database and the inbox of the running npm start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { v7 as newId } from 'uuid';
import { runScheduled, schedule } from '../src/cron/schedule.ts';
import { answerHelp } from './stack/help.ts';
import { formatLog } from './stack/log-lines.ts';
import { paths, root } from './stack/paths.ts';
import { fail, Refusal } from './stack/refusal.ts';
import { findPorts, requireServer } from './stack/running.ts';
import { localVariables } from './stack/variables.ts';

const crons = Object.keys(schedule);
const isHourly = (cron: string): boolean => cron.split(' ')[1] === '*';
const runs = {
  hourly: crons.filter(isHourly),
  nightly: crons.filter((cron) => !isHourly(cron)),
};

const isRun = (name: string): name is keyof typeof runs => Object.hasOwn(runs, name);

const listJobs = (own: readonly string[]): string =>
  own
    .flatMap((cron) => schedule[cron] ?? [])
    .map(({ name }) => name)
    .join(', ');

const usage = `npm run cron -- hourly     runs ${listJobs(runs.hourly)}
npm run cron -- nightly    runs ${listJobs(runs.nightly)}

The jobs run at once, on the database and the inbox of the running npm start. Each prints how many rows it removed, sent or
changed. The schedule is in src/cron/schedule.ts.`;

/** The bindings of the running Worker. The jobs ask no rate limiter. */
async function readBindings(): Promise<object> {
  const ports = await findPorts();
  await requireServer(ports.consolePort);
  // wrangler takes seconds to load, which the usage need not wait for.
  const { unstable_readConfig: readConfig } = await import('wrangler');
  const limiter = { limit: async () => ({ success: true }) };
  return {
    ...readConfig({ config: join(root, 'wrangler.toml') }, { hideWarnings: true }).vars,
    ...parseEnv(readFileSync(paths.secrets, 'utf8')),
    ...localVariables(ports),
    ...Object.fromEntries(['LOGIN', 'MAIL', 'HEAVY', 'API'].map((name) => [`LIMIT_${name}`, limiter])),
  };
}

async function main(): Promise<void> {
  const [name = '', ...rest] = process.argv.slice(2);
  if (!isRun(name) || rest.length > 0) throw new Refusal(usage);
  const bindings = await readBindings();

  // The jobs log what they did, a record each.
  for (const level of ['info', 'warn', 'error'] as const) {
    console[level] = (message: string) => {
      console.log(formatLog({ level, message }));
      if (level === 'error') process.exitCode = 1;
    };
  }
  for (const cron of runs[name]) await runScheduled(cron, bindings, { now: () => new Date(), newId });
}

answerHelp(usage);
await main().catch(fail);
