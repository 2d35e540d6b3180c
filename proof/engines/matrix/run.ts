// npm run matrix: every actor calls every operation with every kind of id.
import '../../support/help.ts';

import { distinguishable, send } from '../../../test/contract/calls.ts';
import type { Operation } from '../../../test/contract/document.ts';
import { entryOf, exampleNames, gaps, operationOf, prepare } from '../../../test/contract/register.ts';
import { undeclaredIn } from '../../../test/contract/schema.ts';
import type { Answer } from '../../../test/support/app.ts';
import { createRider } from '../../../test/support/factories.ts';
import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { type Actor, actorNames, createActor, shutOut } from './actors.ts';
import { type Ids, refusalOf, verdictOn } from './expectations.ts';
import { createVictim, rowsOf, type Victim } from './victim.ts';

type Params = Record<string, string>;

/** The ids to try in an operation's path. Random ids come first, since the other responses are compared with theirs. */
function waysToName(operation: Operation, { ids }: Victim, own: Params): [Ids, Params][] {
  const kinds = Object.entries(entryOf(operation.id).names ?? {});
  const [[first] = [], [last] = []] = [kinds[0], kinds.at(-1)];
  if (!first || !last) return [['none', own]];
  const theirs: Params = Object.fromEntries(kinds.map(([parameter, kind]) => [parameter, ids[kind]]));
  const random: Params = Object.fromEntries(kinds.map(([parameter]) => [parameter, crypto.randomUUID()]));
  const capitals = Object.fromEntries(Object.entries(theirs).map(([parameter, id]) => [parameter, id.toUpperCase()]));
  const inside: [Ids, Params][] = [
    ['random in theirs', { ...theirs, [last]: crypto.randomUUID() }],
    ["random in one's own", { ...random, [first]: own[first] ?? '' }],
    ["theirs in one's own", { ...theirs, [first]: own[first] ?? '' }],
  ];
  return [
    ['random', random],
    ['theirs', theirs],
    ['theirs in capitals', capitals],
    ['malformed', { ...theirs, [last]: `${theirs[last]}0` }],
    ...(first === last ? [] : inside),
  ];
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Prepares a call that succeeds for an actor with the right to it, with the actor's own things if possible. */
async function exampleFor(name: string, { name: actor, rider }: Actor): Promise<Prepared> {
  const isOwn =
    rider && ['other', 'key', 'admin'].includes(actor) && entryOf(operationOf(name).id).audience !== 'admin';
  return await prepare(name, isOwn ? rider : await createRider());
}

const isSame = (one: Answer, other: Answer): boolean =>
  JSON.stringify(distinguishable(one)) === JSON.stringify(distinguishable(other));

const without = (rows: readonly string[], others: readonly string[]) => rows.filter((row) => !others.includes(row));

const describe = ({ status, text }: Answer): string => `${status} ${text.slice(0, 300)}`;

/** Each lane has its own victim. */
const lanes = 4;

async function runMatrix() {
  const findings: Finding[] = gaps().map((detail) => ({ kind: 'not in the register', detail }));
  const figures = { cells: 0, 'wrong allows': 0, 'wrong refusals': 0, 'unequal answers': 0, 'changed rows': 0 };
  const blame = (kind: Exclude<keyof typeof figures, 'cells'>, detail: string) => {
    figures[kind] += 1;
    findings.push({ kind, detail });
  };

  /** Tries all ids as one actor. Returns whether a call was allowed to change the victim. */
  async function tryIds({ operation, example }: Prepared, actor: Actor, victim: Victim): Promise<boolean> {
    const answers = new Map<Ids, Answer>();
    let mayChange = false;
    for (const [ids, params] of waysToName(operation, victim, example.params ?? {})) {
      const verdict = verdictOn(operation, actor, ids);
      const answer = await send(operation, { ...example, params }, undefined, { token: actor.token });
      const title = `${operation.id} by ${actor.name}, ids ${ids}: ${describe(answer)}`;
      const wanted = verdict.status === 'as its example' ? example.status : verdict.status;
      figures.cells += 1;
      if (answer.status !== wanted)
        blame(answer.status < 400 ? 'wrong allows' : 'wrong refusals', `${title}, expected ${wanted}`);
      else if (undeclaredIn(operation, answer).length > 0) blame('wrong refusals', `${title}, which is not declared`);
      answers.set(ids, answer);
      const other = verdict.equalTo && answers.get(verdict.equalTo);
      if (other && !isSame(answer, other))
        blame('unequal answers', `${title}, but with ids ${verdict.equalTo} ${describe(other)}`);
      mayChange ||= verdict.mayChange;
    }
    return mayChange;
  }

  const unchanging = new Map(await Promise.all(shutOut.map(async (name) => [name, await createActor(name)] as const)));
  const names = exampleNames.values();

  async function work(): Promise<void> {
    let victim = await createVictim();
    let before = await rowsOf(victim);
    for (const name of names) {
      const unused = await prepare(name, await createRider());
      for (const actorName of actorNames) {
        const actor = unchanging.get(actorName) ?? (await createActor(actorName));
        // A refused call uses nothing up.
        const prepared = refusalOf(unused.operation, actor) ? unused : await exampleFor(name, actor);
        if (await tryIds(prepared, actor, victim)) {
          victim = await createVictim();
          before = await rowsOf(victim);
        }
        const after = await rowsOf(victim);
        const changed = [...without(before, after), ...without(after, before)];
        before = after;
        if (changed.length > 0)
          blame('changed rows', `${name} by ${actorName}: ${changed.map((row) => row.slice(0, 300)).join('\n      ')}`);
      }
    }
  }

  await Promise.all(Array.from({ length: lanes }, work));
  return { figures, findings };
}

await runEngine({
  name: 'matrix',
  unit: 'round',
  count: { full: 1, short: 1 },
  controlCount: 1,
  run: runMatrix,
});
