import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';

export type Db = ReturnType<typeof openDatabase>;

const timeoutMs = 15_000;

/** A database that hangs must not hold the rider. */
const fetchInTime: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one round trip. */
export function openDatabase({ url, endpoint }: { url: string; endpoint: Config['database']['endpoint'] }) {
  neonConfig.fetchFunction ??= fetchInTime;
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url));
}
