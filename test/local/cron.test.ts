import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsole } from '../../local/console/server.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { paths, root } from '../../local/stack/paths.ts';
import { ensureSecrets } from '../../local/stack/secrets.ts';

/** Read from the text, since the types of a Worker are not those of this test. */
const [, hourly = ''] =
  /'7 [*] [*] [*] [*]': \[([^\]]*)\]/.exec(readFileSync(join(root, 'src/cron/schedule.ts'), 'utf8')) ?? [];
const hourlyJobs = hourly.match(/\w+Job,/g)?.length;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let console: Awaited<ReturnType<typeof startConsole>>;

beforeAll(async () => {
  await ensureSecrets(paths.secrets);
  database = await createTestDatabase({ url: process.env.DATABASE_URL });
  console = await startConsole({ port: 0, database });
});

afterAll(async () => {
  await console.close();
  await database.close();
});

async function run(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1', CONSOLE_PORT: `${console.port}` };
  const child = promisify(execFile)(process.execPath, ['local/cron.ts', ...args], { cwd: root, env });
  const { code = 0, stdout, stderr } = await child.catch((error) => error);
  return { code, lines: String(stdout).trim().split('\n'), stderr: String(stderr) };
}

test('npm run cron -- hourly runs each hourly job once and says how many rows it removed', async () => {
  await database.run({
    query: "insert into suppressions values ('\\x01', 'bounce', '2020-01-01'), ('\\x02', 'bounce', '2999-01-01')",
  });
  const { code, lines } = await run('hourly');
  expect([code, lines.length]).toEqual([0, hourlyJobs]);
  expect(lines).toContain('info job job=mail.purge_suppressions count=1');
  expect(lines).toContain('info job job=mail.purge count=0');
  expect((await database.run({ query: 'select from suppressions' })).rows).toHaveLength(1);
});

test('npm run cron -- nightly runs the jobs of both nightly crons', async () => {
  const { code, lines } = await run('nightly');
  expect([code, lines]).toEqual([
    0,
    ['info job job=discovery.refresh_ridden count=0', 'info job job=discovery.recount_crowds count=0'],
  ]);
});

test('npm run cron ends with 1 and shows the error of a job that fails', async () => {
  await database.run({ query: 'alter table suppressions rename to elsewhere' });
  const { code, lines } = await run('hourly');
  expect(code).toBe(1);
  expect(lines.join('\n')).toMatch(/^error job job=mail.purge_suppressions .*suppressions/m);
  await database.run({ query: 'alter table elsewhere rename to suppressions' });
});

test.each([[[]], [['weekly']], [['hourly', 'nightly']]])(
  'npm run cron answers the arguments %j with its usage',
  async (args) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain('npm run cron -- hourly');
    expect(stderr).not.toContain('    at ');
  },
);
