import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';
import { type DriverRequest, exchange, flush, type Reply, reserve, send, type TripQueue } from './trip-queue.ts';

export type Db = ReturnType<typeof open>;

/** The deadline of one round trip that no client waits for, or that moves much data. */
export const longWaitMs = 15_000;
const longDeadline: Deadline = (trip) => deadlineAfter(longWaitMs)(trip);

type Transport = (request: DriverRequest) => Promise<Reply>;
const sendWithLongDeadline: Transport = (request) => exchange(request, longDeadline);

type Address = Pick<Config['database'], 'url' | 'endpoint'>;

/** Drizzle over Neon's HTTP protocol. It keeps no connection open, and each `await` is one round trip. */
function open({ url, endpoint }: Address, transport: Transport) {
  neonConfig.fetchFunction ??= (
    to: string,
    { transport = sendWithLongDeadline, ...init }: RequestInit & { transport?: Transport },
  ) => transport({ url: to, init });
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions: { transport } }));
}

/** The database of work that no client waits for. Each round trip has the long deadline. */
export const openWithLongDeadline = (address: Address): Db => open(address, sendWithLongDeadline);

/** The database of one call. */
export function openForCall({ waitMs, ...address }: Address & { waitMs: number }) {
  const queue: TripQueue = { deadline: deadlineAfter(waitMs), queued: [] };
  let db: Db | undefined;
  return {
    /** A client waits, so all round trips of the call share one deadline. It is opened only by a call that uses it. */
    get db() {
      db ??= open(address, (request) => send(queue, request));
      return db;
    },
    /** Each round trip has the long deadline. */
    openWithLongDeadline: () => open(address, (request) => send({ ...queue, deadline: longDeadline }, request)),
    /**
     * Queues one statement. The next request sends it before its own, in the same round trip. The returned function
     * waits for the result, and sends the statement alone if no request has sent it yet.
     */
    queueRead<T>(read: (db: Db) => Promise<T>): () => Promise<T> {
      const { enqueue, cancel } = reserve(queue);
      const answer = Promise.resolve(open(address, enqueue)).then(read).finally(cancel);
      // The caller may never await the result, and an unhandled rejection would end the Worker.
      answer.catch(() => undefined);
      return async () => {
        await flush(queue);
        return await answer;
      };
    },
  };
}
