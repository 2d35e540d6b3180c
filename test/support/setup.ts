import { env } from 'cloudflare:workers';
import { neonConfig } from '@neondatabase/serverless';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { canariesIn } from './canary.ts';
import { takeLogLines, watchLogs } from './watch-logs.ts';

watchLogs();

// All files run in one Worker: what a test puts in the place of something ends with the test.
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  neonConfig.fetchFunction = undefined;
  if (env.DATABASE_ENDPOINT) neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;
});

afterAll(() => {
  expect(canariesIn(takeLogLines().join('\n')), 'secrets in the log').toEqual([]);
});
