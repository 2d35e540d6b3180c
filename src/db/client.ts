import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';
import { type Deadline, deadlineAfter } from './deadline.ts';

export type Db = ReturnType<typeof open>;

/** One trip of what nobody waits for, or of a call that moves much. */
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

type Place = Pick<Config['database'], 'url' | 'endpoint'>;

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one trip. */
function open({ url, endpoint }: Place, fetchOptions: { deadline?: Deadline }) {
  neonConfig.fetchFunction ??= fetchReply;
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url, { fetchOptions }));
}

/** For a call that somebody waits for: all of its trips together end in time. */
export const openDatabase = ({ waitMs, ...place }: Place & { waitMs: number }): Db =>
  open(place, { deadline: deadlineAfter(waitMs) });

/** For work that may take its time, in any number of trips. */
export const openPatiently = (place: Place): Db => open(place, {});
