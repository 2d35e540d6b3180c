import { env } from 'cloudflare:workers';
import { neonConfig } from '@neondatabase/serverless';
import fc from 'fast-check';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { canariesIn } from './canary.ts';
import { print, takeLogLines, watchLogs } from './watch-logs.ts';

// A rare example then fails the change that breaks it, and not the next one by chance.
fc.configureGlobal({ seed: 1987 });

watchLogs();
let linesOfFile: string[] = [];

// All files run in one Worker, so each test must restore everything that it has replaced.
afterEach(({ task }) => {
  const lines = takeLogLines();
  linesOfFile.push(...lines);
  if (task.result?.state === 'fail') for (const line of lines) print(line);
  vi.useRealTimers();
  vi.restoreAllMocks();
  neonConfig.fetchFunction = undefined;
  neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;
});

afterAll(() => {
  const lines = linesOfFile;
  linesOfFile = [];
  expect(canariesIn(lines.join('\n')), 'secrets in the log').toEqual([]);
});
