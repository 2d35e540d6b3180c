import { env } from 'cloudflare:workers';
import { neonConfig } from '@neondatabase/serverless';
import { afterEach, vi } from 'vitest';

// All files run in one Worker: what a test puts in the place of something ends with the test.
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  neonConfig.fetchFunction = undefined;
  if (env.DATABASE_ENDPOINT) neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;
});
