import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';
import { exchange, hurry, type Line, type Reply, type Sent, send, wait } from './line.ts';

export type Db = ReturnType<typeof open>;

/** One trip of what nobody waits for, or of a call that moves much. */
export const longWaitMs = 15_000;
const patience: Deadline = (trip) => deadlineAfter(longWaitMs)(trip);

type Way = (sent: Sent) => Promise<Reply>;
const patiently: Way = (sent) => exchange(sent, patience);

type Place = Pick<Config['database'], 'url' | 'endpoint'>;

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one trip. */
function open({ url, endpoint }: Place, way: Way) {
  neonConfig.fetchFunction ??= (to: string, { way = patiently, ...init }: RequestInit & { way?: Way }) =>
    way({ url: to, init });
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions: { way } }));
}

/** For work that may take its time, in any number of trips. */
export const openPatiently = (place: Place): Db => open(place, patiently);

/** The database of one call. */
export function openForCall({ waitMs, ...place }: Place & { waitMs: number }) {
  const line: Line = { deadline: deadlineAfter(waitMs), waiting: [] };
  return {
    /** Somebody waits: all of its trips together end in time. */
    db: open(place, (sent) => send(line, sent)),
    /** Each of its trips may take its time. */
    openPatiently: () => open(place, (sent) => send({ ...line, deadline: patience }, sent)),
    /**
     * Asks one statement, which goes in front of the next that is sent, in one trip; or alone, when somebody calls for
     * its answer and there was no other.
     */
    beside<T>(ask: (db: Db) => Promise<T>): () => Promise<T> {
      const { board, leave } = wait(line);
      const asked = Promise.resolve(open(place, board)).then(ask).finally(leave);
      // Nobody may call for it.
      asked.catch(() => undefined);
      return async () => {
        await hurry(line);
        return await asked;
      };
    },
  };
}
