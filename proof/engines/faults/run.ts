// npm run faults: makes every call of the document while one of its database requests, or its mail, fails.
import '../../support/help.ts';
import '../../support/with-faults.ts';

import { entryOf, exampleNames, operationOf, wayOf } from '../../../test/contract/register.ts';
import { databaseFaults, type Fault, mailFaults } from '../../support/database-proxy.ts';
import { diceOf, shuffled } from '../../support/dice.ts';
import { type Outcome, type Run, runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { type Call, type Observed, observe, prepared, sendOnce } from './call.ts';
import { afterAnswer, judgeMail, newestMail, waitForMails } from './mail.ts';
import { judgeRefusal, refusals, spoiled } from './refused.ts';
import { clear } from './snapshot.ts';
import { failAt, faultOfAnswer, judgeWrite, type Verdict } from './write.ts';

type Kind = 'write' | 'read' | 'refused' | 'mail';
type Scene = { kind: Kind; name: string; why?: string };
/** `place` selects the request that fails: a share of all requests of the call, from 0 up to 1. */
type Case = Scene & { fault: Fault; on: 'database' | 'mail'; place: number };

const isWrite = (name: string): boolean => {
  const { id, method } = operationOf(name);
  return method !== 'GET' || entryOf(id).isWrite === true;
};

const scenes: readonly Scene[] = [
  ...exampleNames.map((name): Scene => ({ kind: isWrite(name) ? 'write' : 'read', name })),
  ...refusals(exampleNames).map((refusal): Scene => ({ kind: 'refused', ...refusal })),
  ...exampleNames.filter((name) => wayOf(name).sendsMail).map((name): Scene => ({ kind: 'mail', name })),
];

/** The first two requests to the database decide whether a call is allowed. */
const maxChecks = 2;

const prepareScene = ({ name, why }: Scene): Promise<Call> => (why ? spoiled(name, why) : prepared(name));

const references = new Map<string, Observed>();

/** Observes the call without a fault. */
async function referenceOf({ name }: Scene): Promise<Observed> {
  const known = references.get(name);
  if (known) return known;
  const call = await prepared(name);
  const seen = await observe(call);
  const { status, text } = seen.answer;
  if (status !== call.example.status) throw new Error(`${name}: ${status} without any fault: ${text}`);
  references.set(name, seen);
  return seen;
}

/** The number of cases of each kind among twenty. */
const shares: Readonly<Record<Kind, number>> = { write: 9, refused: 6, mail: 3, read: 2 };

/** Yields the scenes of each kind in turn, each round with another fault. */
function* casesFrom(roll: () => number): Generator<Case> {
  const kinds: readonly Kind[] = ['write', 'refused', 'mail', 'read'];
  const turns = kinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind));
  const scenesOf = {
    write: turnsOf('write', roll),
    refused: turnsOf('refused', roll),
    mail: turnsOf('mail', roll),
    read: turnsOf('read', roll),
  };
  for (;;) {
    for (const kind of shuffled(turns, roll)) yield* take(scenesOf[kind]);
  }
}

function* take(cases: Iterator<Case>): Generator<Case> {
  const { value, done } = cases.next();
  if (!done) yield value;
}

function* turnsOf(kind: Kind, roll: () => number): Generator<Case, never> {
  const own = scenes.filter((scene) => scene.kind === kind);
  const database = own.map(() => shuffled(databaseFaults, roll));
  const mail = own.map(() => shuffled(mailFaults, roll));
  for (let round = 0; ; round += 1) {
    for (const index of shuffled([...own.keys()], roll)) {
      const on = kind === 'mail' && roll() < 0.6 ? 'mail' : 'database';
      const order = (on === 'mail' ? mail : database)[index] ?? [];
      const [scene, fault] = [own[index], order[round % order.length]];
      if (scene && fault) yield { ...scene, fault, on, place: roll() };
    }
  }
}

/** Returns `nothing` if the call makes no database request. */
async function runCase(one: Case): Promise<'fine' | 'nothing' | Verdict> {
  const { kind, fault, on, place } = one;
  if (kind === 'refused') {
    const seen = await observe(await prepareScene(one), failAt(fault, Math.floor(place * maxChecks)));
    return judgeRefusal(one.why ?? '', seen) ?? 'fine';
  }
  const reference = await referenceOf(one);
  const { trips, allTrips } = reference;
  if (kind === 'mail') {
    const at = on === 'mail' ? 0 : trips + Math.floor(place * (allTrips - trips));
    const call = await prepareScene(one);
    await waitForMails();
    const newest = newestMail();
    return (await judgeMail(call, await observe(call, afterAnswer(on, fault, at)), reference, newest)) ?? 'fine';
  }
  if (trips === 0) return 'nothing';
  const call = await prepareScene(one);
  const seen = await observe(call, failAt(fault, Math.floor(place * trips)));
  if (kind === 'write') return (await judgeWrite(call, seen, reference.effect)) ?? 'fine';
  const wrong = faultOfAnswer(call, seen);
  if (wrong) return wrong;
  const { status, text } = await sendOnce(call);
  return status === call.example.status ? 'fine' : { kind: 'no recovery', detail: `${status}: ${text.slice(0, 200)}` };
}

async function run({ seed, count }: Run): Promise<Outcome> {
  const findings: Finding[] = [];
  const tally = { write: 0, read: 0, refused: 0, mail: 0 };
  let done = 0;
  for (const one of casesFrom(diceOf(seed))) {
    if (done >= count) break;
    // The hourly cron run would send a mail that an earlier case has left.
    if (done % 20 === 0 || one.kind === 'mail') await clear();
    const { kind, name, why, fault, on, place } = one;
    // A busy machine may fail to prepare a call in time, so each case has two attempts.
    const verdict = await runCase(one)
      .catch(() => runCase(one))
      .catch((error) => ({ kind: 'engine', detail: String(error) }));
    if (verdict === 'nothing') continue;
    done += 1;
    tally[kind] += 1;
    if (verdict !== 'fine') {
      const what = `${name}${why ? `, where ${why}` : ''}, ${fault} at ${place.toFixed(2)} of its ${on} requests`;
      findings.push({ kind: verdict.kind, detail: `${what}: ${verdict.detail}` });
    }
  }
  const of = (...kinds: string[]) => findings.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    figures: {
      'at writes': tally.write,
      'at reads': tally.read,
      'at calls that must be refused': tally.refused,
      'at mails': tally.mail,
      'acknowledged writes lost': of('acknowledged and lost'),
      'doubled effects': of('doubled'),
      'half done': of('half done'),
      'fail-open': of('fail-open'),
      'leaked details': of('leaked'),
    },
    findings,
  };
}

await runEngine({ name: 'faults', unit: 'faults', count: { full: 2_000, short: 60 }, controlCount: 300, run });
