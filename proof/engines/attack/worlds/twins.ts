// Two worlds with the same secrets, ids, random numbers and clock. Each is a Worker with a database of its own, and
// both get the same requests.
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberSecretsIn } from '../../../../test/support/canary.ts';
import { database, inbox, startTwin, tally, url } from '../../../support/kairos.ts';
import { clockHeader, cronHeader, seedHeader } from '../../../support/repeatable-headers.ts';
import { exchange, type Received } from '../../../support/send.ts';

/** A value for each of the two worlds. */
export type Both<T> = readonly [T, T];

export const same = <T>(one: T): Both<T> => [one, one];

export type SentRequest = {
  method: string;
  target: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | undefined;
};

const twin = await startTwin();
const sides = [
  { url: new URL(url), tally, database, inbox },
  { url: twin.url, tally: twin.tally, database: twin.database, inbox: twin.inbox },
] as const;

export const stopTwin = (): Promise<void> => twin.stop();

const timeoutMs = 120_000;
const address = { Host: 'api.kairos.test' };

/** The time in both worlds, which only the engine moves on. */
export const clock = { nowMs: Date.UTC(2027, 4, 10, 9) };

let requestCount = 0;

/** Sends a request to each world, with the same time and the same random numbers. */
export async function askBoth(requests: Both<SentRequest>): Promise<Both<Received>> {
  requestCount += 1;
  const shared = { ...address, [clockHeader]: String(clock.nowMs), [seedHeader]: String(requestCount) };
  await waitUntilIdle();
  const [one, other] = await Promise.all([ask(0, requests[0], shared), ask(1, requests[1], shared)]);
  return [one, other];
}

/** Sends requests that must succeed in both worlds. */
export async function mustBoth(requests: Both<SentRequest>): Promise<Both<Received>> {
  const answers = await askBoth(requests);
  const failed = answers.find(({ status }) => status >= 300);
  if (failed) throw new Error(`${requests[0].method} ${requests[0].target}: ${failed.status} ${failed.text}`);
  return answers;
}

async function ask(side: 0 | 1, { method, target, headers = {}, body }: SentRequest, shared: Record<string, string>) {
  const all = Object.entries({ ...headers, ...shared });
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const received = await exchange({ method, target, headers: all, body: bytes }, timeoutMs, sides[side].url);
  rememberSecretsIn('request', { headers: new Headers(headers), text: body });
  rememberSecretsIn('answer', received);
  return received;
}

/** Runs the jobs of a cron expression in both worlds. */
export async function runCrons(cron: string): Promise<void> {
  await mustBoth(same({ method: 'POST', target: '/', headers: { [cronHeader]: cron } }));
}

type Rows = (string | null)[][];

/** Runs a statement in both databases, as their owner. */
export async function inBoth(query: string, params: Both<readonly (string | null)[]> = [[], []]): Promise<Both<Rows>> {
  const [one, other] = await Promise.all([
    sides[0].database.run({ query, params: params[0] }),
    sides[1].database.run({ query, params: params[1] }),
  ]);
  return [one.rows, other.rows];
}

/** The mails in both inboxes, newest first. */
export const mailsInBoth = () => [sides[0].inbox.messages(), sides[1].inbox.messages()] as const;

async function waitUntilIdle(): Promise<void> {
  while (!sides.every((side) => side.tally.isIdle())) await sleep(1);
}

const maxWaitMs = 500;

/**
 * The difference of round trips between the second world and the first since the last call. It waits for work that goes
 * on after the responses.
 */
export async function tripDifference(): Promise<number> {
  const difference = () => sides[1].tally.trips() - sides[0].tally.trips();
  for (let waitedMs = 0; waitedMs < maxWaitMs && difference() !== known; waitedMs += 5) await sleep(5);
  const more = difference() - known;
  known += more;
  return more;
}

let known = 0;
