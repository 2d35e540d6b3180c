// Two worlds with the same secrets, ids, chance and clock, each a Worker over a database of its own, and the one who
// asks both of them the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { rememberSecretsIn } from '../../../../test/support/canary.ts';
import { database, inbox, startTwin, tally, url } from '../../../support/kairos.ts';
import { chanceHeader, clockHeader, cronHeader } from '../../../support/repeatable-headers.ts';
import { exchange, type Received } from '../../../support/send.ts';

/** Something of either world; where the two are one, nobody could tell. */
export type Both<T> = readonly [T, T];

export const same = <T>(one: T): Both<T> => [one, one];

export type Asked = {
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

/** The worlds' time, which goes on only when somebody says so. */
export const clock = { nowMs: Date.UTC(2027, 4, 10, 9) };

let asked = 0;

/** What is asked of either world, at the same moment and with the same luck. */
export async function askBoth(requests: Both<Asked>): Promise<Both<Received>> {
  asked += 1;
  const told = { ...address, [clockHeader]: String(clock.nowMs), [chanceHeader]: String(asked) };
  await idle();
  const [one, other] = await Promise.all([ask(0, requests[0], told), ask(1, requests[1], told)]);
  return [one, other];
}

/** What has to succeed in both. */
export async function mustBoth(requests: Both<Asked>): Promise<Both<Received>> {
  const answers = await askBoth(requests);
  const failed = answers.find(({ status }) => status >= 300);
  if (failed) throw new Error(`${requests[0].method} ${requests[0].target}: ${failed.status} ${failed.text}`);
  return answers;
}

async function ask(side: 0 | 1, { method, target, headers = {}, body }: Asked, told: Record<string, string>) {
  const all = Object.entries({ ...headers, ...told });
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  const received = await exchange({ method, target, headers: all, body: bytes }, timeoutMs, sides[side].url);
  rememberSecretsIn('request', { headers: new Headers(headers), text: body });
  rememberSecretsIn('answer', received);
  return received;
}

/** Runs what a cron expression stands for in both worlds. */
export async function runCrons(cron: string): Promise<void> {
  await mustBoth(same({ method: 'POST', target: '/', headers: { [cronHeader]: cron } }));
}

type Rows = (string | null)[][];

/** A statement in both databases, as their owner. */
export async function inBoth(query: string, params: Both<readonly (string | null)[]> = [[], []]): Promise<Both<Rows>> {
  const [one, other] = await Promise.all([
    sides[0].database.run({ query, params: params[0] }),
    sides[1].database.run({ query, params: params[1] }),
  ]);
  return [one.rows, other.rows];
}

/** The mails in both inboxes, newest first. */
export const mailsInBoth = () => [sides[0].inbox.messages(), sides[1].inbox.messages()] as const;

async function idle(): Promise<void> {
  while (!sides.every((side) => side.tally.isIdle())) await sleep(1);
}

const maxPatienceMs = 500;

/**
 * By how many trips the second world has gone to its database more often than the first, when all that goes on after
 * the answers has come to its end.
 */
export async function tripsApart(): Promise<number> {
  const apart = () => sides[1].tally.trips() - sides[0].tally.trips();
  for (let waitedMs = 0; waitedMs < maxPatienceMs && apart() !== known; waitedMs += 5) await sleep(5);
  const more = apart() - known;
  known += more;
  return more;
}

let known = 0;
