import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';

export type Db = ReturnType<typeof openDatabase>;

/** For what nobody waits for, and for calls that move much. */
export const longWaitMs = 15_000;

type Init = RequestInit & { deadline?: Deadline };

/** The reply is read to its end here: for the driver, one that is cut short or no JSON is one that never came. */
async function fetchReply(input: string, { deadline = deadlineAfter(longWaitMs), ...init }: Init) {
  return await deadline(async (signal) => {
    const response = await fetch(input, { ...init, signal });
    const { ok, status } = response;
    const text = await response.text();
    const body: unknown = ok || status === 400 ? JSON.parse(text) : undefined;
    return { ok, status, json: async () => body, text: async () => text };
  });
}

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one trip, and all of them end in time. */
export function openDatabase({
  url,
  endpoint,
  waitMs,
}: { waitMs: number } & Pick<Config['database'], 'url' | 'endpoint'>) {
  neonConfig.fetchFunction ??= fetchReply;
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions: { deadline: deadlineAfter(waitMs) } }));
}

/** The same database for work that may take its time. */
export const openPatiently = (database: Config['database']): Db => openDatabase({ ...database, waitMs: longWaitMs });
