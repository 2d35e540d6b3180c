import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../local/database/database.ts';
import { migrationsFolder } from '../../local/database/migrations.ts';
import { openEmbedded } from '../../local/database/open-embedded.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-database-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that opens the folder, then counts up in it and prints every committed number. */
function count(): ChildProcess {
  const source = resolve(import.meta.dirname, '../../local/database/open-embedded.ts');
  const script = `
    import { writeSync } from 'node:fs';
    import { openEmbedded } from ${JSON.stringify(source)};
    const { database } = await openEmbedded({ folder: ${JSON.stringify(folder)} });
    await database.run({ query: 'create table numbers (n int)' });
    for (let n = 1; ; n += 1) {
      await database.run({ query: 'insert into numbers values ($1)', params: [String(n)] });
      writeSync(1, n + ' ');
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Kills the process as soon as it has printed so many numbers after this call. Answers the last of all its numbers. */
async function killAfter(child: ChildProcess, more: number): Promise<number> {
  let printed = '';
  child.stdout?.on('data', (chunk) => {
    printed += chunk;
    if (printed.split(' ').length > more) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return Number(printed.trimEnd().split(' ').at(-1));
}

describe('the embedded Postgres in a folder', () => {
  it('an embedded database keeps its data, applies new migrations and then refuses an older checkout', async () => {
    const { database, isNew } = await openEmbedded({ folder });
    expect(isNew).toBe(true);
    await database.run({ query: 'create table kept as select 7 as n' });
    await database.close();
    expect(existsSync(join(folder, 'lock'))).toBe(false);

    const migrations = join(folder, 'migrations');
    cpSync(migrationsFolder, migrations, { recursive: true });
    const journal = JSON.parse(readFileSync(join(migrations, 'meta/_journal.json'), 'utf8'));
    journal.entries.push({ ...journal.entries.at(-1), idx: journal.entries.length, tag: 'newest' });
    writeFileSync(join(migrations, 'meta/_journal.json'), JSON.stringify(journal));
    writeFileSync(join(migrations, 'newest.sql'), 'alter table kept add column m int');

    const again = await openEmbedded({ folder, migrations });
    expect(again).toMatchObject({ isNew: false, applied: ['newest'] });
    expect((await again.database.run({ query: 'select n, m from kept' })).rows).toEqual([['7', null]]);
    await again.database.close();

    await expect(openEmbedded({ folder })).rejects.toThrow(
      'not in this checkout: newest. Check out the version that has them.\nOr run npm run reset to start with a new database.',
    );
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('an embedded database belongs to one process at a time and keeps all commits when that is killed', async () => {
    const child = count();
    await Promise.race([once(child, 'close'), child.stdout && once(child.stdout, 'data')]);
    await expect(openEmbedded({ folder })).rejects.toThrow(`is in use by process ${child.pid}`);

    const promised = await killAfter(child, 200);
    const { database } = await openEmbedded({ folder });
    const [[kept] = []] = (await database.run({ query: 'select max(n) from numbers' })).rows;
    expect(Number(kept)).toBeGreaterThanOrEqual(promised);
    await database.close();
  });

  it('a request that runs too long ends with an error, and the database goes on without it', async () => {
    const { database } = await openEmbedded({ folder, requestTimeoutMs: 1_000 });
    await database.run({ query: 'create table kept as select 7 as n' });
    const asApp = { role: 'kairos_app' };
    const endless = database.run({ query: 'select count(*) from generate_series(1, 1e15)' }, asApp);
    const next = database.run({ query: 'select 1' }, asApp);
    await expect(endless).rejects.toMatchObject({ code: '57014' });
    expect((await next).rows).toEqual([['1']]);
    expect((await database.run({ query: 'select n from kept' })).rows).toEqual([['7']]);

    const slow = await database.run({ query: 'select pg_sleep(2)' });
    expect(slow.rows).toEqual([['']]);
    await database.close();
  });

  it("an embedded database of another version is refused with that version's name", async () => {
    writeFileSync(join(folder, 'made-by'), 'PGlite 0.4.1 with PostGIS 0.1.0\n');
    await expect(openEmbedded({ folder })).rejects.toThrow(/was made by PGlite 0\.4\.1 .* Run npm run reset/);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('the embedded Postgres', () => {
  let database: Database;
  beforeAll(async () => {
    ({ database } = await openEmbedded({ memory: true }));
  });
  afterAll(() => database?.close());

  it('the embedded Postgres survives thousands of errors', async () => {
    const failures = Array.from({ length: 2_500 }, () => database.run({ query: 'select 1/0' }).catch(String));
    expect(new Set(await Promise.all(failures))).toEqual(new Set(['Error: division by zero']));
    expect((await database.run({ query: 'select 1' })).rows).toEqual([['1']]);
  });

  it.each([
    ['a function that calls itself', 'select endless()'],
    ['a long expression', `select 1${'+1'.repeat(20_000)}`],
  ])('the embedded Postgres refuses %s instead of crashing', async (_what, query) => {
    await database.run({
      query: `create or replace function endless() returns int language plpgsql as
        $$ begin return endless(); end $$`,
    });
    await expect(database.run({ query })).rejects.toMatchObject({ code: '54001' });
    expect((await database.run({ query: 'select 1' })).rows).toEqual([['1']]);
  });
});
