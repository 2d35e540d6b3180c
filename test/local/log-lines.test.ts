import { afterEach, expect, test, vi } from 'vitest';
import { createLogPrinter } from '../../local/stack/log-lines.ts';

const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
afterEach(() => printed.mockClear());

const lines = (): string[] => printed.mock.calls.map(([line]) => String(line));

const failure = { level: 'error', message: '{"level":"error","event":"health","stack":"Error\\n    at file.js:1:1"}' };
const request = {
  level: 'log',
  message: '{"level":"info","event":"request","method":"GET","path":"/","status":200,"ms":1}',
};
const text = { level: 'warn', message: 'the build has a warning' };

function printAll(shown?: 'problems' | 'all', isVerbose = false): string {
  const logs = createLogPrinter(isVerbose);
  if (shown) logs.show(shown);
  for (const log of [failure, request, text]) logs.print(log);
  return lines().join('\n');
}

test('while the database is being created, failed requests print nothing and texts are printed', () => {
  expect(printAll()).toBe('the build has a warning');
});

test('while the demo riders are being loaded, only warnings and errors are printed', () => {
  const output = printAll('problems');
  expect(output).toContain('health');
  expect(output).not.toContain('GET');
});

test('after the start, and always with --verbose, everything is printed', () => {
  expect(printAll('all')).toMatch(/health.*GET.*warning/s);
  printed.mockClear();
  expect(printAll(undefined, true)).toBe([failure, request, text].map(({ message }) => message).join('\n'));
});
