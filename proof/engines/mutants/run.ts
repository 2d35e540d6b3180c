// npm run mutants: defects, one at a time, in what tokens, passwords, access and parsers hang on. The tests have to
// notice. By hand only: it takes minutes to hours.
import { parseArgs } from 'node:util';
import { diceOf, shuffled } from '../../support/dice.ts';
import { type Mutant, mutantsOf } from './mutate.ts';
import { testsOf } from './sources.ts';
import { createSuite, type Suite } from './suite.ts';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
process.env.WRANGLER_LOG ??= 'none';

const wantedPercent = 85;
/** For starting a Worker, and for what is slower now than when the tests were timed. */
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

/** Whether the tests notice, mutant by mutant; counts as it goes. */
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
    const told = result === 'passed' ? 'survived' : result;
    if (values.list && result !== 'failed') console.log(`  ${index + 1} ${told}: ${file}:${line}  ${change}`);
  }
  return tally;
}

/** All survive tests that have nothing to do with them, and few their own; an endless loop is noticed. */
async function control(suite: Suite): Promise<boolean> {
  const stranger = 'test/lib/days.test.ts';
  const mutants = shuffled(mutantsOf('src/lib/base64url.ts'), diceOf(1)).slice(0, 5);
  const { survivors } = await judge(suite, mutants, () => [stranger]);
  const own = await judge(suite, mutants, testsFor);
  const loop = { file: 'src/lib/days.ts', line: 1, change: 'an endless loop', mutated: 'for (;;) {}' };
  const { timedOut } = await judge(suite, [loop], () => [stranger]);
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
if (all.length === 0) throw new Error(`no mutants of ${values.file}`);
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

// What runs the Workers ends the process at this too, so that there is no time to wait for the mutant at hand.
process.once('SIGINT', end);
await judge(suite, mutants, testsFor, tally);
await suite.close();
end();
