import type { Deadline } from './deadline.ts';

/** What the driver reads of a reply. */
export type Reply = { ok: boolean; status: number; json: () => Promise<unknown>; text: () => Promise<string> };

export type Sent = { url: string; init: RequestInit };
type Waiting = Sent & { answer: (reply: Promise<Reply>) => void };

/**
 * How the statements of one call get to the database, and those that wait for another to go along with. These are
 * promises, since the driver has a statement ready only a while after it was asked.
 */
export type Line = { deadline: Deadline; waiting: Promise<Waiting | undefined>[] };

/** The reply is read to its end here: for the driver, one that is cut short or no JSON is one that never came. */
export async function exchange({ url, init }: Sent, deadline: Deadline): Promise<Reply> {
  return await deadline(async (signal) => {
    const response = await fetch(url, { ...init, signal });
    const { ok, status } = response;
    const text = await response.text();
    const body: unknown = ok || status === 400 ? JSON.parse(text) : undefined;
    return { ok, status, json: async () => body, text: async () => text };
  });
}

const replyWith = (body: unknown): Reply => ({
  ok: true,
  status: 200,
  json: async () => body,
  text: async () => JSON.stringify(body),
});

/** One statement, or several that are one transaction, as Neon takes them over HTTP. */
type Payload = { queries?: unknown[] };
const payloadOf = ({ init }: Sent): Payload => JSON.parse(String(init.body));

async function resultsOf(reply: Reply, count: number): Promise<unknown[]> {
  // Whether it is so is looked at below.
  const { results } = (await reply.json()) as { results?: unknown[] };
  if (results?.length !== count) throw new Error('the database has answered something else');
  return results;
}

async function takeWaiting(line: Line): Promise<Waiting[]> {
  const waiting = await Promise.all(line.waiting.splice(0));
  return waiting.filter((one) => one !== undefined);
}

/** Sends, with what waits on the line in front: all is then one transaction. */
export async function send(line: Line, sent: Sent): Promise<Reply> {
  const { deadline } = line;
  const waiting = await takeWaiting(line);
  if (waiting.length === 0) return await exchange(sent, deadline);

  const payload = payloadOf(sent);
  const queries = [...waiting.map(payloadOf), ...(payload.queries ?? [payload])];
  const together = exchange({ ...sent, init: { ...sent.init, body: JSON.stringify({ queries }) } }, deadline);
  for (const [index, one] of waiting.entries()) {
    // It may be another one that Postgres has refused.
    const answerOf = async (reply: Reply) =>
      reply.ok ? replyWith((await resultsOf(reply, queries.length))[index]) : exchange(one, deadline);
    one.answer(together.then(answerOf));
  }
  const reply = await together;
  if (!reply.ok) return reply;
  const results = (await resultsOf(reply, queries.length)).slice(waiting.length);
  return replyWith(payload.queries ? { results } : results[0]);
}

/** A place on the line for one statement, to be left where none comes. */
export function wait(line: Line): { board: (sent: Sent) => Promise<Reply>; leave: () => void } {
  const { promise, resolve } = Promise.withResolvers<Waiting | undefined>();
  line.waiting.push(promise);
  let isTaken = false;
  return {
    async board(sent) {
      if (isTaken || payloadOf(sent).queries) throw new Error('a place on the line is for one statement');
      isTaken = true;
      return await new Promise<Reply>((answer) => resolve({ ...sent, answer }));
    },
    leave: () => resolve(undefined),
  };
}

/** Sends what waits, each alone. */
export async function hurry(line: Line): Promise<void> {
  for (const waiting of await takeWaiting(line)) waiting.answer(exchange(waiting, line.deadline));
}
