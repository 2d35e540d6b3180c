import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Console, startConsole } from '../../local/console/server.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { migrate } from '../../local/migrate.ts';
import { backends } from './backends.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-migrations-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a folder of migrations as drizzle-kit does. */
function write(files: Record<string, string[]>): void {
  rmSync(folder, { recursive: true });
  mkdirSync(join(folder, 'meta'), { recursive: true });
  const entries = Object.keys(files).map((tag, idx) => ({ idx, version: '7', when: idx, tag, breakpoints: true }));
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
  for (const [tag, statements] of Object.entries(files)) {
    writeFileSync(join(folder, `${tag}.sql`), statements.join('\n--> statement-breakpoint\n'));
  }
}

const first = ['create table routes (id int primary key)', 'insert into routes values (1)'];
const second = ['alter table routes add column name text'];

describe.each(backends)('migrations over $name', ({ url }) => {
  let database: Database;
  let console: Console;
  beforeAll(async () => {
    write({});
    database = await createTestDatabase({ url, migrations: folder });
    console = await startConsole({ port: 0, database });
  });
  beforeEach(async () => {
    await database.run({ query: 'drop schema public cascade' });
    await database.run({ query: 'create schema public' });
  });
  afterAll(async () => {
    await console?.close();
    await database?.close();
  });

  const connectionString = 'postgresql://postgres:any@localhost/kairos';
  const run = (lockTimeoutMs = 2_000) =>
    migrate({ connectionString, sqlEndpoint: `${console.url}/sql`, folder, lockTimeoutMs });
  const rows = async (query: string) => (await database.run({ query })).rows;

  it('the migrator applies each missing migration once', async () => {
    write({ '0000_a': first });
    expect(await run()).toEqual(['0000_a']);
    write({ '0000_a': first, '0001_b': second });
    expect(await run()).toEqual(['0001_b']);
    expect(await run()).toEqual([]);
    expect(await rows('select id, name from routes')).toEqual([['1', null]]);
    expect(await rows('select tag, length(hash)::text from kairos_migrations order by tag')).toEqual([
      ['0000_a', '64'],
      ['0001_b', '64'],
    ]);
  });

  it('the migrator applies an older migration that was merged later, and recognises a renamed one', async () => {
    write({ '0000_a': first, '0002_b': second });
    await run();
    write({ '0000_a': first, '0001_merged': ['create table merged (id int)'], '0002_renamed': second });
    expect(await run()).toEqual(['0001_merged']);
  });

  it('the migrator applies a migration completely or not at all, and names the one that failed', async () => {
    write({ '0000_a': first, '0001_bad': ['create table half (id int)', 'select 1/0'], '0002_c': second });
    await expect(run()).rejects.toThrow('0001_bad failed, and nothing of it was applied: division by zero');
    expect(await rows("select to_regclass('half')")).toEqual([[null]]);
    expect(await rows('select tag from kairos_migrations')).toEqual([['0000_a']]);
    write({ '0000_a': first, '0001_bad': ['create table half (id int)'], '0002_c': second });
    expect(await run()).toEqual(['0001_bad', '0002_c']);
  });

  it('the migrator refuses a migration that was changed after it was applied, but ignores a change of line endings (LF or CRLF)', async () => {
    write({ '0000_a': first });
    await run();
    write({ '0000_a': [...first, 'select 1'], '0001_b': second });
    await expect(run()).rejects.toThrow('Changed since it was applied: 0000_a.');
    write({ '0000_a': first });
    writeFileSync(join(folder, '0000_a.sql'), first.join('\n--> statement-breakpoint\n').replaceAll('\n', '\r\n'));
    expect(await run()).toEqual([]);
  });

  it('the migrator refuses a database with migrations that the folder lacks, and applies nothing', async () => {
    write({ '0000_a': first, '0001_b': second, '0002_c': ['create table c (id int)'] });
    await run();
    write({ '0000_a': first, '0001_other': ['create table other (id int)'] });
    await expect(run()).rejects.toThrow(
      'The database has migrations that are not in this checkout: 0001_b and 1 more. Check out the version that has them.',
    );
    expect(await rows("select to_regclass('other')")).toEqual([[null]]);
  });

  it('the migrator refuses two migrations with the same text', async () => {
    write({ '0000_a': first, '0001_a': first });
    await expect(run()).rejects.toThrow('0001_a has the same text as 0000_a');
  });

  it('three simultaneous migrators apply each migration once', async () => {
    write({ '0000_a': [...first, 'select pg_sleep(0.2)'], '0001_b': second, '0002_c': ['create table c (id int)'] });
    const applied = await Promise.all([run(100), run(100), run(100)]);
    expect(applied.flat().toSorted()).toEqual(['0000_a', '0001_b', '0002_c']);
  });

  it('a migration outside of a transaction that failed starts again with its first statement', async () => {
    const note = '-- kairos: no transaction\n';
    const index = 'create unique index concurrently if not exists routes_name on routes (name)';
    write({
      '0000_a': first,
      '0001_b': [...second, "insert into routes values (2, 'x'), (3, 'x')"],
      '0002_c': [note + index],
    });
    await expect(run()).rejects.toThrow(
      '0002_c failed at statement 1 of 1. Run it again; it starts with the first statement',
    );
    expect(await rows("select indisvalid from pg_index where indexrelid = 'routes_name'::regclass")).toEqual([['f']]);

    await database.run({ query: 'delete from routes where id = 3' });
    expect(await run()).toEqual(['0002_c']);
    expect(await rows("select indisvalid from pg_index where indexrelid = 'routes_name'::regclass")).toEqual([['t']]);
    expect(await run()).toEqual([]);
  });

  it('a migration outside of a transaction needs repeatable statements', async () => {
    write({ '0000_a': ['-- kairos: no transaction\ncreate index concurrently i on routes (id)'] });
    await expect(run()).rejects.toThrow('Add IF [NOT] EXISTS');
  });

  // The embedded Postgres has only one connection, so no other session can hold a lock.
  const aboutLocks = async () => {
    write({ '0000_a': first });
    await run();
    write({ '0000_a': first, '0001_b': second });
    const reader = database.transact([{ query: 'select * from routes' }, { query: 'select pg_sleep(60)' }]);
    const sleeping = "from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    while ((await rows(`select 1 ${sleeping}`)).length === 0);
    await expect(run(100)).rejects.toThrow('lock timeout');
    const canceled = expect(reader).rejects.toMatchObject({ code: '57014' });
    await rows(`select pg_cancel_backend(pid) ${sleeping}`);
    await canceled;
    expect(await run()).toEqual(['0001_b']);
  };
  if (url !== undefined) it('the migrator gives up on a lock that it cannot get soon', aboutLocks);

  it('the migrator can be run as a command', async () => {
    const node = (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, [resolve(import.meta.dirname, '../../local/migrate.ts'), folder], { env });
    const env = { DATABASE_OWNER_URL: connectionString, DATABASE_ENDPOINT: `${console.url}/sql` };
    write({ '0000_a': first, '0001_b': second });
    expect((await node(env)).stdout).toBe('applied 0000_a\napplied 0001_b\n');
    expect((await node(env)).stdout).toBe('up to date\n');
    write({ '0000_a': ['select 2'] });
    await expect(node(env)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^Changed since .*\n$/) });
    await expect(node({})).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_OWNER_URL') });
  });
});
