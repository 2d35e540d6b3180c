import type { Deadline } from './deadline.ts';

/** The part of a reply that the driver reads. */
export type Reply = { ok: boolean; status: number; json: () => Promise<unknown>; text: () => Promise<string> };

/** A request of the driver. */
export type DriverRequest = { url: string; init: RequestInit };
type QueuedRequest = DriverRequest & { answer: (reply: Promise<Reply>) => void };

/**
 * The round trips of one call to the database. The next request takes the queued statements along. The queue holds
 * promises, because the driver makes its request some time after the query; a cancelled one resolves to `undefined`.
 */
export type TripQueue = { deadline: Deadline; queued: Promise<QueuedRequest | undefined>[] };

/** Reads the whole reply, so that a reply that is cut short or is not JSON fails like a reply that never came. */
export async function exchange({ url, init }: DriverRequest, deadline: Deadline): Promise<Reply> {
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

/** The payload of Neon's HTTP protocol: one statement, or `queries` that are one transaction. */
type Payload = { queries?: unknown[] };
const payloadOf = ({ init }: DriverRequest): Payload => JSON.parse(String(init.body));

async function resultsOf(reply: Reply, count: number): Promise<unknown[]> {
  // The check of the length below proves the type.
  const { results } = (await reply.json()) as { results?: unknown[] };
  if (results?.length !== count) throw new Error('the database did not answer every statement');
  return results;
}

async function takeQueued(queue: TripQueue): Promise<QueuedRequest[]> {
  const queued = await Promise.all(queue.queued.splice(0));
  return queued.filter((one) => one !== undefined);
}

/** Sends a request with the queued statements in front of its own. All of them are then one transaction. */
export async function send(queue: TripQueue, request: DriverRequest): Promise<Reply> {
  const { deadline } = queue;
  const queued = await takeQueued(queue);
  if (queued.length === 0) return await exchange(request, deadline);

  const payload = payloadOf(request);
  const queries = [...queued.map(payloadOf), ...(payload.queries ?? [payload])];
  const together = exchange({ ...request, init: { ...request.init, body: JSON.stringify({ queries }) } }, deadline);
  for (const [index, one] of queued.entries()) {
    // Postgres may have refused another statement of the transaction, so this one is sent again alone.
    const answerOf = async (reply: Reply) =>
      reply.ok ? replyWith((await resultsOf(reply, queries.length))[index]) : exchange(one, deadline);
    one.answer(together.then(answerOf));
  }
  const reply = await together;
  if (!reply.ok) return reply;
  const results = (await resultsOf(reply, queries.length)).slice(queued.length);
  return replyWith(payload.queries ? { results } : results[0]);
}

/** Reserves a place in the queue for one statement. `cancel` gives the place up where no statement was sent. */
export function reserve(queue: TripQueue): { enqueue: (request: DriverRequest) => Promise<Reply>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<QueuedRequest | undefined>();
  queue.queued.push(promise);
  let isTaken = false;
  return {
    async enqueue(request) {
      if (isTaken || payloadOf(request).queries) throw new Error('a place in the queue is for one statement');
      isTaken = true;
      return await new Promise<Reply>((answer) => resolve({ ...request, answer }));
    },
    cancel: () => resolve(undefined),
  };
}

/** Sends every queued statement now, each in a request of its own. */
export async function flush(queue: TripQueue): Promise<void> {
  for (const queued of await takeQueued(queue)) queued.answer(exchange(queued, queue.deadline));
}
