import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { defects } from './defects.ts';
import type { Finding } from './finding.ts';

/** `values` holds the engine's own options. */
export type Run = { seed: number; count: number; values: Readonly<Record<string, string | undefined>> };

/** The last line prints `figures` in their order. */
export type Outcome = { figures: Readonly<Record<string, number>>; findings: readonly Finding[] };

type Engine = {
  name: string;
  /** The arguments of `npm run`, if they are more than the name. */
  command?: string;
  /** The unit of `count`: `requests`, `rounds`. */
  unit: string;
  /** The default count, and that of `--short`. */
  count: { full: number; short: number };
  /** The count that is enough to find an injected defect. */
  controlCount: number;
  options?: Readonly<Record<string, { type: 'string' }>>;
  /** For engines that need more than a finding: compares the last line with that of a run without the defect. */
  isControlFound?: (lastLine: string, plainLastLine: string) => boolean;
  run: (run: Run) => Promise<Outcome>;
};

const maxShown = 20;
/** A fixed seed, so that CI gives the same result for the same change. */
const shortSeed = 1;

/**
 * Runs an engine from the command line. `--seed` and `--count` repeat a run, `--short` is the run of CI, and
 * `--control` injects each defect and fails unless the engine finds it. The last line sums up; findings end with exit
 * code 1.
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
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1)
    throw new Error('--seed and --count must be whole numbers, and --count at least 1');
  const { name, unit, command = `${name} --` } = engine;
  console.log(`${name}: npm run ${command} --seed ${seed} --count ${count}`);
  const { figures, findings: found } = await engine.run({ seed, count, values: ownValues(engine, values) });
  const { findLeaks } = await import('./canary.ts');
  const leaks = await findLeaks();
  const findings = [...found, ...leaks];

  for (const { kind, detail } of findings.slice(0, maxShown)) console.log(`  ${kind}: ${detail}`);
  if (findings.length > maxShown) console.log(`  and ${findings.length - maxShown} more findings`);
  const summary = Object.entries(figures).map(([what, number]) => `${number.toLocaleString('en')} ${what}`);
  const on = process.env.DATABASE_URL ? 'an ordinary Postgres' : 'the embedded Postgres';
  const { database, stop } = await import('./kairos.ts');
  const { rows } = await database.run({ query: `select split_part(version(), ' ', 2)` });
  console.log(
    `${name}: ${count.toLocaleString('en')} ${unit}, ${summary.join(', ')}, ${leaks.length} secrets leaked, ${findings.length} findings, seed ${seed}, on ${on} ${rows[0]?.[0]}`,
  );
  await stop();
  process.exit(findings.length === 0 ? 0 : 1);
}

function ownValues({ options = {} }: Engine, values: Readonly<Record<string, string | boolean | undefined>>) {
  const own = Object.keys(options).map((name) => [name, values[name]] as const);
  return Object.fromEntries(own.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Injects each of the engine's defects in turn, and returns whether the engine finds all of them. */
function control({ name, controlCount, isControlFound }: Engine): boolean {
  const runWith = (defect: string | undefined) => {
    const args = [process.argv[1] ?? '', '--seed', '1', '--count', String(controlCount)];
    const env = { ...process.env, ...(defect && { KAIROS_DEFECT: defect }) };
    return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  };
  const plain = isControlFound ? lastLineOf(runWith(undefined).stdout) : '';
  if (plain) console.log(`  without a defect: ${plain}`);
  const own = Object.keys(defects).filter((defect) => defect.startsWith(`${name}:`));
  const missed = own.filter((defect) => {
    const { status, stdout } = runWith(defect);
    const hasFindings = status === 1 && /[1-9]\d* findings/.test(stdout);
    const isFound = hasFindings && (isControlFound?.(lastLineOf(stdout), plain) ?? true);
    console.log(`  ${isFound ? 'found' : 'MISSED'}: ${defect}`);
    const seen = isControlFound ? lastLineOf(stdout) : /^ {2}(?=\S)(.*)$/m.exec(stdout)?.[1];
    console.log(isFound ? `    ${seen}` : stdout.trim());
    return !isFound;
  });
  console.log(`${name}: ${own.length - missed.length} of ${own.length} injected defects found`);
  return own.length > 0 && missed.length === 0;
}
