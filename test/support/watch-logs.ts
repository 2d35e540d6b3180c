import { afterAll, expect } from 'vitest';
import { canariesIn } from './canary.ts';

// In front of every test file: what the Worker logs while it runs, and that no secret of the file's is in it.
const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
const lines: string[] = [];

for (const level of levels) {
  const print = console[level].bind(console);
  console[level] = (...args: unknown[]) => {
    lines.push(args.join(' '));
    print(...args);
  };
}

afterAll(() => {
  expect(canariesIn(lines.join('\n')), 'secrets in the log').toEqual([]);
});
