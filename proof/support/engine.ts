import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Finding } from './finding.ts';
import { plants } from './plants.ts';

/** `values` are those of the engine's own options. */
export type Run = { seed: number; count: number; values: Readonly<Record<string, string | undefined>> };

/** `figures` go into the last line in their order. */
export type Outcome = { figures: Readonly<Record<string, number>>; findings: readonly Finding[] };

type Engine = {
  name: string;
  /** How `npm run` has it, where that is more than the name. */
  command?: string;
  /** What is counted: `requests`, `rounds`. */
  unit: string;
  /** By hand, and in CI. */
  count: { full: number; short: number };
  /** How many of them find a planted defect. */
  controlCount: number;
  options?: Readonly<Record<string, { type: 'string' }>>;
  /** Where finding something is not enough: what the last line has to say beside that of a run without the defect. */
  isControlFound?: (lastLine: string, plainLastLine: string) => boolean;
  run: (run: Run) => Promise<Outcome>;
};

const maxShown = 20;
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
      ...engine.options,
    },
  });
  if (values.control) process.exit(control(engine) ? 0 : 1);

  const seed = Number(values.seed ?? (values.short ? shortSeed : Math.floor(Math.random() * 2 ** 31)));
  const count = Number(values.count ?? (values.short ? engine.count.short : engine.count.full));
  const { name, unit, command = `${name} --` } = engine;
  console.log(`${name}: npm run ${command} --seed ${seed} --count ${count}`);
  const { figures, findings: found } = await engine.run({ seed, count, values: ownValues(engine, values) });
  const { findLeaks } = await import('./canary.ts');
  const leaks = await findLeaks();
  const findings = [...found, ...leaks];

  for (const { kind, detail } of findings.slice(0, maxShown)) console.log(`  ${kind}: ${detail}`);
  if (findings.length > maxShown) console.log(`  and ${findings.length - maxShown} more`);
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

function ownValues({ options = {} }: Engine, values: Readonly<Record<string, string | boolean | undefined>>) {
  const own = Object.keys(options).map((name) => [name, values[name]] as const);
  return Object.fromEntries(own.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Whether each defect planted for this engine makes it fail. */
function control({ name, controlCount, isControlFound }: Engine): boolean {
  const runWith = (plant: string | undefined) => {
    const args = [process.argv[1] ?? '', '--seed', '1', '--count', String(controlCount)];
    const env = { ...process.env, ...(plant && { KAIROS_PLANT: plant }) };
    return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  };
  const plain = isControlFound ? lastLineOf(runWith(undefined).stdout) : '';
  if (plain) console.log(`  without a defect: ${plain}`);
  const own = Object.keys(plants).filter((plant) => plant.startsWith(`${name}:`));
  const missed = own.filter((plant) => {
    const { status, stdout } = runWith(plant);
    const hasFindings = status === 1 && /[1-9]\d* findings/.test(stdout);
    const isFound = hasFindings && (isControlFound?.(lastLineOf(stdout), plain) ?? true);
    console.log(`  ${isFound ? 'found' : 'MISSED'}: ${plant}`);
    const seen = isControlFound ? lastLineOf(stdout) : /^ {2}(?=\S)(.*)$/m.exec(stdout)?.[1];
    console.log(isFound ? `    ${seen}` : stdout.trim());
    return !isFound;
  });
  console.log(`${name}: ${own.length - missed.length} of ${own.length} planted defects found`);
  return own.length > 0 && missed.length === 0;
}
