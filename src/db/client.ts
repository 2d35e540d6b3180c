import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { Config } from '../config.ts';

export type Db = ReturnType<typeof openDatabase>;

/** Drizzle over Neon's HTTP protocol: no connection is kept, each await is one round trip. */
export function openDatabase({ url, endpoint }: { url: string; endpoint: Config['database']['endpoint'] }) {
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return drizzle(neon(url));
}
