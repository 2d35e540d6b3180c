import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { plants } from './plants.ts';

/** What an engine has seen go wrong: how it was brought about, and what came of it. */
export type Finding = { kind: string; detail: string };

export type Run = { seed: number; count: number };

/** `figures` go into the last line in their order. */
export type Outcome = { figures: Readonly<Record<string, number>>; findings: readonly Finding[] };

type Engine = {
  name: string;
  /** What is counted: `requests`, `rounds`. */
  unit: string;
  /** By hand, and in CI. */
  count: { full: number; short: number };
  /** How many of them find a planted defect. */
  controlCount: number;
  run: (run: Run) => Promise<Outcome>;
};

const mostShown = 20;
/** The same each time, so that what CI says of a change it says again. */
const shortSeed = 1;

/**
 * The command line of an engine: `--seed` and `--count` repeat a run, `--short` is CI's, `--control` builds each planted
 * defect in and fails unless the engine finds it. The last line says what was achieved; findings end with exit code 1.
 */
export async function runEngine(engine: Engine): Promise<never> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string' },
      short: { type: 'boolean', default: false },
      control: { type: 'boolean', default: false },
    },
  });
  if (values.control) process.exit(control(engine) ? 0 : 1);

  const seed = Number(values.seed ?? (values.short ? shortSeed : Math.floor(Math.random() * 2 ** 31)));
  const count = Number(values.count ?? (values.short ? engine.count.short : engine.count.full));
  const { name, unit } = engine;
  console.log(`${name}: npm run ${name} -- --seed ${seed} --count ${count}`);
  const { figures, findings: found } = await engine.run({ seed, count });
  const { findLeaks } = await import('./canary.ts');
  const leaks = await findLeaks();
  const findings = [...found, ...leaks];

  for (const { kind, detail } of findings.slice(0, mostShown)) console.log(`  ${kind}: ${detail}`);
  if (findings.length > mostShown) console.log(`  and ${findings.length - mostShown} more`);
  const said = Object.entries(figures).map(([what, number]) => `${number.toLocaleString('en')} ${what}`);
  const on = process.env.DATABASE_URL ? 'an ordinary Postgres' : 'the embedded Postgres';
  const { database, stop } = await import('./kairos.ts');
  const { rows } = await database.run({ query: `select split_part(version(), ' ', 2)` });
  console.log(
    `${name}: ${count.toLocaleString('en')} ${unit}, ${said.join(', ')}, ${leaks.length} secrets leaked, ${findings.length} findings, seed ${seed}, on ${on} ${rows[0]?.[0]}`,
  );
  await stop();
  process.exit(findings.length === 0 ? 0 : 1);
}

/** Whether each defect planted for this engine makes it fail. */
function control({ name, controlCount }: Engine): boolean {
  const own = Object.keys(plants).filter((plant) => plant.startsWith(`${name}:`));
  const missed = own.filter((plant) => {
    const args = [process.argv[1] ?? '', '--seed', '1', '--count', String(controlCount)];
    const env = { ...process.env, KAIROS_PLANT: plant };
    const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    const isFound = status === 1 && /[1-9]\d* findings/.test(stdout);
    console.log(`  ${isFound ? 'found' : 'MISSED'}: ${plant}`);
    if (!isFound) console.log(stdout.trim());
    return !isFound;
  });
  console.log(`${name}: ${own.length - missed.length} of ${own.length} planted defects found`);
  return own.length > 0 && missed.length === 0;
}
