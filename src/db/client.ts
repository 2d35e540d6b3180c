import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';
import { type DriverRequest, exchange, flush, type Reply, reserve, send, type TripQueue } from './trip-queue.ts';

export type Db = ReturnType<typeof open>;

/** The deadline of one trip that no client waits for, or that moves much data. */
export const longWaitMs = 15_000;
const longDeadline: Deadline = (trip) => deadlineAfter(longWaitMs)(trip);

type Transport = (request: DriverRequest) => Promise<Reply>;
const patiently: Transport = (request) => exchange(request, longDeadline);

type Address = Pick<Config['database'], 'url' | 'endpoint'>;

/** Drizzle over Neon's HTTP protocol: no connection is kept, and each `await` is one trip. */
function open({ url, endpoint }: Address, transport: Transport) {
  neonConfig.fetchFunction ??= (
    to: string,
    { transport = patiently, ...init }: RequestInit & { transport?: Transport },
  ) => transport({ url: to, init });
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions: { transport } }));
}

/** For work that may take its time, in any number of trips. */
export const openPatiently = (address: Address): Db => open(address, patiently);

/** The database of one call. */
export function openForCall({ waitMs, ...address }: Address & { waitMs: number }) {
  const queue: TripQueue = { deadline: deadlineAfter(waitMs), queued: [] };
  return {
    /** A client waits: all trips of the call together end in time. */
    db: open(address, (request) => send(queue, request)),
    /** Each of its trips may take its time. */
    openPatiently: () => open(address, (request) => send({ ...queue, deadline: longDeadline }, request)),
    /**
     * Queues one statement, which goes in front of the next one, in the same trip. The function it answers waits for
     * the result, and sends the statement alone where no other has come.
     */
    beside<T>(ask: (db: Db) => Promise<T>): () => Promise<T> {
      const { enqueue, cancel } = reserve(queue);
      const answer = Promise.resolve(open(address, enqueue)).then(ask).finally(cancel);
      // A caller may never ask for the result, and an unhandled rejection would end the Worker.
      answer.catch(() => undefined);
      return async () => {
        await flush(queue);
        return await answer;
      };
    },
  };
}
