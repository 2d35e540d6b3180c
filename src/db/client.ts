import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';
import { hurry, type Line, type Reply, send, type Waiting } from './line.ts';

export type Db = ReturnType<typeof open>;

/** One trip of what nobody waits for, or of a call that moves much. */
export const longWaitMs = 15_000;
const patience: Deadline = (trip) => deadlineAfter(longWaitMs)(trip);

const patientLine = (): Line => ({ deadline: patience, waiting: [] });

type Options = { line?: Line; wait?: (waiting: Waiting) => void };

/** In the place of `fetch`, for the driver. */
const sendOnLine = (url: string, { line = patientLine(), wait, ...init }: RequestInit & Options) =>
  wait ? new Promise<Reply>((answer) => wait({ url, init, answer })) : send(line, { url, init });

type Place = Pick<Config['database'], 'url' | 'endpoint'>;

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one trip. */
function open({ url, endpoint }: Place, fetchOptions: Options) {
  neonConfig.fetchFunction ??= sendOnLine;
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions }));
}

/** For work that may take its time, in any number of trips. */
export const openPatiently = (place: Place): Db => open(place, { line: patientLine() });

/** The database of a call that somebody waits for: all of its trips together end in time. */
export function openForCall({ waitMs, ...place }: Place & { waitMs: number }) {
  const line: Line = { deadline: deadlineAfter(waitMs), waiting: [] };
  return {
    db: open(place, { line }),
    /** Asks one statement, which goes in front of the next that is sent, in one trip. */
    beside<T>(ask: (db: Db) => Promise<T>): Promise<T> {
      const { promise, resolve: wait } = Promise.withResolvers<Waiting | undefined>();
      line.waiting.push(promise);
      return ask(open(place, { wait })).finally(() => wait(undefined));
    },
    /** Sends what was asked beside, where nothing else was. */
    hurry: () => void hurry(line),
    /** From now on each of its trips may take its time. */
    bePatient: () => {
      line.deadline = patience;
    },
  };
}
