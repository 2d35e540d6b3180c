import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsole } from '../../local/console/server.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { root } from '../../local/stack/paths.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let console: Awaited<ReturnType<typeof startConsole>>;

beforeAll(async () => {
  database = await createTestDatabase({ url: process.env.DATABASE_URL });
  console = await startConsole({ port: 0, database, latencyMs: 0, handlers: [] });
  await database.run({ query: 'create table camps (name text, at timestamptz)' });
  await database.run({ query: "insert into camps values ('Passau', '2026-06-01T10:00:00Z'), ('Linz', null)" });
});

afterAll(async () => {
  await console.close();
  await database.close();
});

async function run(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1', CONSOLE_PORT: new URL(console.url).port };
  const child = promisify(execFile)(process.execPath, ['local/sql.ts', ...args], { cwd: root, env });
  const { code = 0, stdout, stderr } = await child.catch((error) => error);
  return { code, stdout: String(stdout), stderr: String(stderr) };
}

test('npm run sql prints the rows that a statement reads', async () => {
  const { code, stdout } = await run('select name, at from camps order by name');
  const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
  expect(code).toBe(0);
  expect(lines).toContainEqual(['name', 'at']);
  expect(lines).toContainEqual(['Passau', '2026-06-01T10:00:00.000Z']);
  expect(lines).toContainEqual(['Linz', 'null']);
  expect(lines).toContainEqual(['2 rows']);
});

test('npm run sql changes rows only with --write', async () => {
  const change = "update camps set name = 'Wels' where name = 'Linz'";
  const refused = await run(change);
  expect([refused.code, refused.stderr.trim()]).toEqual([1, 'cannot execute UPDATE in a read-only transaction']);
  expect((await run('--write', change)).stdout).toBe('1 row\n');
  expect((await database.run({ query: "select from camps where name = 'Wels'" })).rows).toHaveLength(1);
});

test.each([
  ['a syntax error', ['selec'], 'syntax error at or near "selec"'],
  ['no statement', [], 'npm run sql -- "select ..."'],
  ['two statements', ['select 1', 'select 2'], 'npm run sql -- "select ..."'],
])('npm run sql answers %s with a sentence and no stack', async (_, args, words) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
});
