import { send } from '../../../test/contract/calls.ts';
import type { Operation } from '../../../test/contract/document.ts';
import type { Example } from '../../../test/contract/operations/entry.ts';
import { prepare } from '../../../test/contract/register.ts';
import type { Answer } from '../../../test/support/app.ts';
import { createRider, type Rider } from '../../../test/support/factories.ts';
import { canary, counted, inject, letGo, quiet, type Rule } from '../../support/database-proxy.ts';
import { type Effect, effectBetween, takePicture } from './picture.ts';

/** A call with everything in place for it. */
export type Call = { name: string; operation: Operation; example: Example; rider: Rider; key: string };

export async function prepared(name: string): Promise<Call> {
  inject(() => undefined);
  const rider = await createRider();
  const call = { name, rider, key: crypto.randomUUID(), ...(await prepare(name, rider)) };
  await quiet();
  return call;
}

/** One request of an app; what it sends again has the same key. */
export const sendOnce = ({ operation, example, rider, key }: Call): Promise<Answer> =>
  send(operation, example, rider, { headers: { 'Idempotency-Key': key } });

export type Observed = {
  answer: Answer;
  effect: Effect;
  /** Requests to the database before the answer, and in all; mails sent. */
  trips: number;
  allTrips: number;
  mails: number;
  /** The answer came of itself, and not because what hung was let go. */
  isInTime: boolean;
};

/** Long past every deadline but that of the patient calls. */
const heldMs = 6_000;

/** Makes a call while the rule holds, and sees what it does, also after the answer. */
export async function observe(call: Call, rule: Rule = () => undefined): Promise<Observed> {
  const before = await takePicture();
  inject(rule);
  let isInTime = true;
  const timer = setTimeout(() => {
    isInTime = false;
    letGo();
  }, heldMs);
  const answer = await sendOnce(call);
  clearTimeout(timer);
  const trips = counted().database;
  letGo();
  await quiet();
  const { database: allTrips, mail: mails } = counted();
  inject(() => undefined);
  return { answer, effect: effectBetween(before, await takePicture()), trips, allTrips, mails, isInTime };
}

const driverWords =
  /select|insert into|neon|drizzle|postgres|127\.0\.0\.1|localhost|ECONN|fetch|socket|network connection|SQLSTATE|KA001|40001|40P01|deadlock|serializ|\.ts:|node_modules|at async/i;

/** What is wrong with the answer itself; nothing where it is what it should be. */
export function leaks({ text }: Answer): string | undefined {
  const word = text.includes(canary) ? canary : driverWords.exec(text)?.[0];
  return word && `says “${word}”`;
}

/** What an app is told when the database does not answer. */
export function faultOfUnavailable({ status, headers, json }: Answer): string | undefined {
  if (status !== 503) return `answers ${status}`;
  if (json?.database) return;
  if (headers.get('Content-Type') !== 'application/problem+json') return 'is no problem document';
  if (json?.code !== 'unavailable' || !json.request_id) return 'has no code or no request id';
  return Number(headers.get('Retry-After')) > 0 ? undefined : 'has no Retry-After';
}
