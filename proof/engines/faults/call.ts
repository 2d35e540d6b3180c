import { send } from '../../../test/contract/calls.ts';
import type { Operation } from '../../../test/contract/document.ts';
import type { Example } from '../../../test/contract/operations/entry.ts';
import { prepare } from '../../../test/contract/register.ts';
import type { Answer } from '../../../test/support/app.ts';
import { createRider, type Rider } from '../../../test/support/factories.ts';
import { canary, inject, type Rule, releaseHeld, requestCounts, waitUntilIdle } from '../../support/database-proxy.ts';
import { type Effect, effectBetween, takeSnapshot } from './snapshot.ts';

/** A call that is ready to be sent: the rows it needs exist. */
export type Call = { name: string; operation: Operation; example: Example; rider: Rider; key: string };

export async function prepared(name: string): Promise<Call> {
  inject(() => undefined);
  const rider = await createRider();
  const call = { name, rider, key: crypto.randomUUID(), ...(await prepare(name, rider)) };
  await waitUntilIdle();
  return call;
}

/** Sends the request of an app. A retry has the same idempotency key. */
export const sendOnce = ({ operation, example, rider, key }: Call): Promise<Answer> =>
  send(operation, example, rider, { headers: { 'Idempotency-Key': key } });

export type Observed = {
  answer: Answer;
  effect: Effect;
  /** Requests to the database before the response. */
  trips: number;
  /** Requests to the database, also after the response. */
  allTrips: number;
  mails: number;
  /** False if the response came only after the hanging request was released. */
  isInTime: boolean;
};

/** Longer than every deadline, except that of calls with `hasLongDeadline`. */
const heldMs = 6_000;

/** Makes a call under a rule and observes its effect, also after the response. */
export async function observe(call: Call, rule: Rule = () => undefined): Promise<Observed> {
  const before = await takeSnapshot();
  inject(rule);
  let isInTime = true;
  const timer = setTimeout(() => {
    isInTime = false;
    releaseHeld();
  }, heldMs);
  const answer = await sendOnce(call);
  clearTimeout(timer);
  const trips = requestCounts().database;
  releaseHeld();
  await waitUntilIdle();
  const { database: allTrips, mail: mails } = requestCounts();
  inject(() => undefined);
  return { answer, effect: effectBetween(before, await takeSnapshot()), trips, allTrips, mails, isInTime };
}

const driverWords =
  /select|insert into|neon|drizzle|postgres|127\.0\.0\.1|localhost|ECONN|fetch|socket|network connection|SQLSTATE|KA001|40001|40P01|deadlock|serializ|\.ts:|node_modules|at async/i;

/** Finds words of the driver or of the injected error in a response. */
export function findLeak({ text }: Answer): string | undefined {
  const word = text.includes(canary) ? canary : driverWords.exec(text)?.[0];
  return word && `the response says “${word}”`;
}

/** Checks the response to an app while the database is unavailable. */
export function faultOfUnavailable({ status, headers, json }: Answer): string | undefined {
  if (status !== 503) return `answers ${status}`;
  if (json?.database) return;
  if (headers.get('Content-Type') !== 'application/problem+json') return 'is no problem document';
  if (json?.code !== 'unavailable' || !json.request_id) return 'has no code or no request id';
  return Number(headers.get('Retry-After')) > 0 ? undefined : 'has no Retry-After';
}
