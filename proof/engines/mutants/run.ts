// npm run mutants: injects one defect at a time into the sources of tokens, passwords, access and parsers, and checks
// that the tests fail. It takes minutes to hours, so CI does not run it.
import { parseArgs } from 'node:util';
import { answerHelp } from '../../../local/stack/help.ts';
import { diceOf, shuffled } from '../../support/dice.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import { testsOf } from './sources.ts';
import { createSuite, type Suite } from './suite.ts';

answerHelp(`npm run mutants [-- --seed <n>] [--count <n>] [--file <source>] [--list] [--control]`);

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
process.env.WRANGLER_LOG ??= 'none';

const wantedPercent = 85;
/** Allows for the start of a Worker, and for a machine that is slower than when the tests were timed. */
const graceMs = 20_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '120' },
    file: { type: 'string' },
    list: { type: 'boolean', default: false },
    control: { type: 'boolean', default: false },
  },
});

type Tally = { killed: number; timedOut: number; survivors: number };
const newTally = (): Tally => ({ killed: 0, timedOut: 0, survivors: 0 });

const testsFor = ({ file }: Mutant): readonly string[] => testsOf.get(file) ?? [];
const judgedIn = ({ killed, timedOut, survivors }: Tally): number => killed + timedOut + survivors;
const percentOf = (tally: Tally): number =>
  Math.floor((100 * (tally.killed + tally.timedOut)) / Math.max(1, judgedIn(tally)));

/** Runs the tests on each mutant and counts the results. */
async function judge(
  suite: Suite,
  mutants: readonly Mutant[],
  testsFor: (mutant: Mutant) => readonly string[],
  tally = newTally(),
): Promise<Tally> {
  const times = await suite.time([...new Set(mutants.flatMap(testsFor))]);
  for (const [index, mutant] of mutants.entries()) {
    const tests = testsFor(mutant);
    const ms = tests.reduce((sum, test) => sum + (times.get(test) ?? 0), 0);
    const result = await suite.run(tests, mutant, 2 * ms + graceMs);
    if (result === 'failed') tally.killed += 1;
    if (result === 'timed out') tally.timedOut += 1;
    if (result === 'passed') tally.survivors += 1;
    const { file, line, change } = mutant;
    const verdict = result === 'passed' ? 'survived' : result;
    if (values.list && result !== 'failed') console.log(`  ${index + 1} ${verdict}: ${file}:${line}  ${change}`);
  }
  return tally;
}

/** Checks that mutants survive unrelated tests, that few survive their own, and that an endless loop times out. */
async function control(suite: Suite): Promise<boolean> {
  const unrelated = 'test/lib/days.test.ts';
  const mutants = shuffled(mutantsOf('src/lib/base64url.ts'), diceOf(1)).slice(0, 5);
  const { survivors } = await judge(suite, mutants, () => [unrelated]);
  const own = await judge(suite, mutants, testsFor);
  const loop = { file: 'src/lib/days.ts', line: 1, change: 'an endless loop', mutated: 'for (;;) {}' };
  const { timedOut } = await judge(suite, [loop], () => [unrelated]);
  console.log(
    `mutants: ${survivors} of ${mutants.length} mutants survived the tests of another source, ${own.survivors} their own; ${timedOut} of 1 endless loop timed out`,
  );
  return survivors === mutants.length && percentOf(own) >= wantedPercent && timedOut === 1;
}

const suite = createSuite();
if (values.control) {
  const isRight = await control(suite);
  await suite.close();
  process.exit(isRight ? 0 : 1);
}

const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const all = [...testsOf.keys()].filter((file) => !values.file || file === values.file).flatMap(mutantsOf);
if (all.length === 0)
  throw new Error(`${values.file} has no mutants: it must be a file of proof/engines/mutants/sources.ts`);
const mutants = shuffled(all, diceOf(seed)).slice(0, Number(values.count));
const options = [`--seed ${seed}`, `--count ${mutants.length}`, ...(values.file ? [`--file ${values.file}`] : [])];
console.log(`mutants: npm run mutants -- ${options.join(' ')}`);

const tally = newTally();

function end(): never {
  const { killed, timedOut, survivors } = tally;
  const percent = percentOf(tally);
  const on = process.env.DATABASE_URL ? 'an ordinary Postgres' : 'the embedded Postgres';
  console.log(
    `mutants: ${judgedIn(tally)} mutants of ${all.length.toLocaleString('en')}, ${killed} killed, ${timedOut} timed out, ${survivors} survived, ${percent} % killed, seed ${seed}, on ${on}`,
  );
  process.exit(percent >= wantedPercent ? 0 : 1);
}

// Miniflare also ends the process at SIGINT, so the current mutant cannot finish.
process.once('SIGINT', end);
await judge(suite, mutants, testsFor, tally);
await suite.close();
end();
