import { expect, test } from 'vitest';
import { read, readAll } from '../architecture/files.ts';

const rows = [...read('docs/retention.md').matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, table = '', kept = '', , deletedBy = '']) => ({ table, kept, deletedBy }),
);
const tables = readAll('src', '**/*.table.ts').flatMap(({ text }) =>
  [...text.matchAll(/pgTable\(\s*'(\w+)'/g)].map(([, name]) => name ?? ''),
);
const sources = readAll('src', '**/*.{job,config}.ts').map(({ text }) => text);
const jobs = sources.flatMap((text) => [...text.matchAll(/name: '([\w.]+)', run:/g)].map(([, name]) => name ?? ''));

test('docs/retention.md says for each table how long its rows are kept, and for no other', () => {
  expect(tables.length).toBeGreaterThan(20);
  expect(rows.map(({ table }) => table)).toEqual(tables.toSorted());
});

test('docs/retention.md names only jobs that exist, and every job whose name says that it deletes', () => {
  const named = rows.flatMap(({ deletedBy }) => /`([\w.]+)`/.exec(deletedBy)?.[1] ?? []);
  expect(named.filter((job) => !jobs.includes(job))).toEqual([]);
  expect(jobs.filter((job) => /purge/.test(job) && !named.includes(job))).toEqual([]);
});

test.each([
  ['disclosures', 'features/discovery/disclosure.rules.ts', 'retentionDays'],
  ['viewings', 'features/discovery/disclosure.rules.ts', 'retentionDays'],
  ['reports', 'features/reports/report.service.ts', 'retentionDays'],
  ['idempotency_keys', 'features/idempotency/idempotency-key.rules.ts', 'retentionDays'],
  ['attempts', 'features/auth/lockout.rules.ts', 'attemptRetentionDays'],
])('docs/retention.md has the days of %s from %s', (table, file, name) => {
  const days = new RegExp(`\\b${name} = (\\d+);`).exec(read(`src/${file}`))?.[1];
  expect(rows.find((row) => row.table === table)?.kept).toMatch(new RegExp(`^${days} days`));
});

test('docs/retention.md has the days of the audit from its function', () => {
  const days = /interval '(\d+) days'/.exec(read('migrations/functions/delete_old_audit.sql'))?.[1];
  expect(rows.find(({ table }) => table === 'audit')?.kept).toBe(`${days} days`);
});
