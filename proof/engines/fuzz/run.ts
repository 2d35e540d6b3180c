// npm run fuzz: sends valid, nearly valid and hostile requests made from the OpenAPI document, and checks the
// responses.
import '../../support/help.ts';

import fc from 'fast-check';
import { operations } from '../../../test/contract/document.ts';
import { exampleNames, prepare, wayOf } from '../../../test/contract/register.ts';
import { createRider } from '../../../test/support/factories.ts';
import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { exchange, type Received, type Sent } from '../../support/send.ts';
import { bytesOf, type RequestChange, targetOf } from './draft.ts';
import { createFixtures } from './fixtures.ts';
import { sendRaw } from './raw/send-raw.ts';
import { type Kind, type Recipe, recipesFor } from './requests.ts';
import { type Fault, faultsIn, kinds, operationAt } from './verdict.ts';

const parallel = 6;
const batch = 500;
/** Far more than the 15 s deadline of the database, since the machine may be busy. */
const timeoutMs = 60_000;
const rawTimeoutMs = 30_000;

type Outcome = { sent: Sent; received?: Received; faults: readonly { kind: string; detail: string }[] };

const fixtures = createFixtures();

async function attempt({ name, actor, changes }: Recipe): Promise<Outcome> {
  const { operation, draft } = await fixtures.draftOf(name, actor);
  const made = changes.reduce((before, change) => change.apply(before), draft);
  const sent = { method: made.method, target: targetOf(made), headers: made.headers, body: bytesOf(made.body) };
  const received = await exchange(sent, timeoutMs).catch((error) => String(error));
  if (typeof received === 'string') return { sent, faults: [{ kind: 'no answer', detail: received }] };
  const isUsedUp = operation.method === 'DELETE' || wayOf(name).usesUp !== undefined;
  if (received.status < 400 && isUsedUp) fixtures.discard(name);
  return { sent, received, faults: faultsIn(sent, received) };
}

/** Removes the changes that the fault does not need. */
async function shrink(recipe: Recipe, outcome: Outcome, kind: string): Promise<{ recipe: Recipe; outcome: Outcome }> {
  for (const change of recipe.changes) {
    const smaller = { ...recipe, changes: recipe.changes.filter((other: RequestChange) => other !== change) };
    const again = await attempt(smaller);
    if (again.faults.some((fault) => fault.kind === kind)) return await shrink(smaller, again, kind);
  }
  return { recipe, outcome };
}

const cut = (text: string, length = 500): string =>
  text.length > length ? `${text.slice(0, length)}… (${text.length})` : text;

function describe(
  { name, actor, changes }: Recipe,
  { sent, received }: Outcome,
  { detail }: Pick<Fault, 'detail'>,
  times: number,
): string {
  const response = received ? `${received.status} ${cut(received.text)}` : 'no response';
  return [
    `${detail} (${times} times)`,
    `${name} by ${actor}; ${changes.map(({ label }) => label).join('; ')}`,
    `${sent.method} ${cut(sent.target, 300)}`,
    ...sent.headers.map(([header, value]) => `${header}: ${cut(value, 60)}`),
    sent.body ? JSON.stringify(cut(Buffer.from(sent.body).toString())) : '',
    `→ ${response}`,
  ].join('\n      ');
}

async function createKinds(): Promise<Kind[]> {
  return await Promise.all(
    exampleNames.map(async (name) => {
      const { operation, example } = await prepare(name, await createRider());
      return { name, operation, body: example.body };
    }),
  );
}

await runEngine({
  name: 'fuzz',
  unit: 'requests',
  count: { full: 100_000, short: 2_500 },
  controlCount: 1_500,
  async run({ seed, count }) {
    const recipes = recipesFor(await createKinds());
    const covered = new Set<string>();
    const tally = new Map<
      string,
      { kind: string; detail: string; recipe: Recipe; outcome: Outcome; fault: Fault; times: number }
    >();
    const counts: Record<string, number> = Object.fromEntries([...kinds, 'no answer'].map((kind) => [kind, 0]));
    let slowestMs = 0;

    for (let begun = 0; begun < count; begun += batch) {
      const wanted = fc.sample(recipes, { seed: seed + begun, numRuns: Math.min(batch, count - begun) });
      const queue = wanted.values();
      const work = async () => {
        for (const recipe of queue) {
          const outcome = await attempt(recipe);
          const { sent, received, faults } = outcome;
          const operation = operationAt(sent);
          if (operation && received && received.status < 400) covered.add(operation.id);
          slowestMs = Math.max(slowestMs, received?.ms ?? 0);
          for (const fault of faults) {
            counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
            const key = [fault.kind, operation?.id, received?.status, fault.kind === '5xx' ? '' : fault.detail].join(
              ' ',
            );
            const known = tally.get(key);
            if (known) known.times += 1;
            else
              tally.set(key, {
                kind: fault.kind,
                detail: fault.detail,
                recipe,
                outcome,
                fault: fault as Fault,
                times: 1,
              });
          }
        }
      };
      await Promise.all(Array.from({ length: parallel }, work));
    }

    const raw = await sendRaw(rawTimeoutMs);
    const findings: Finding[] = raw.faults.map((detail) => ({ kind: 'raw', detail }));
    for (const { kind, recipe, outcome, fault, times } of tally.values()) {
      const least = findings.length < 20 ? await shrink(recipe, outcome, kind) : { recipe, outcome };
      findings.push({ kind, detail: describe(least.recipe, least.outcome, fault, times) });
    }
    const figures = {
      [`of ${operations.length} operations succeeded`]: covered.size,
      ...counts,
      'raw cases': raw.cases,
      'raw faults': raw.faults.length,
      'ms the slowest': Math.round(slowestMs),
    };
    return { figures, findings };
  },
});
