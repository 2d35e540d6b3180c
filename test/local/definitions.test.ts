import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changesTo, differencesBetween, dropAll, install, readCatalog } from '../../local/database/catalog.ts';
import type { Database } from '../../local/database/database.ts';
import { readDefinitions } from '../../local/database/definitions.ts';
import { hashFaults } from '../../local/database/hashes.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { backends } from './backends.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-definitions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const doubled = 'create or replace function doubled(n int) returns int language sql as $$ select n * 2 $$;';
const lengths = 'create or replace view lengths as select id, doubled(id) as length from routes;';
const noted = `create or replace function noted() returns trigger language plpgsql as $$ begin return null; end $$;
--> statement-breakpoint
create or replace trigger route_noted after insert on routes for each statement execute function noted();`;
// By its name it comes before the view that it reads.
const all = `-- Named here, and not used: noted().
create or replace function all_lengths() returns setof int language sql as $$ select length from lengths $$;`;
const files = {
  'functions/all_lengths.sql': all,
  'functions/doubled.sql': doubled,
  'functions/noted.sql': noted,
  'views/lengths.sql': lengths,
};

describe.each(backends)('functions and views over $name', ({ url }) => {
  let database: Database;
  beforeAll(async () => {
    write({});
    database = await createTestDatabase({ url, migrations: folder });
  });
  beforeEach(async () => {
    await database.run({ query: 'drop schema public cascade' });
    await database.run({ query: 'create schema public' });
    await database.run({ query: 'create table routes (id int primary key)' });
    write(files);
  });
  afterAll(() => database?.close());

  /** The catalog before, and the catalog of the current files. */
  async function changed(change: Record<string, string>) {
    const migrated = await install(database, readDefinitions(folder));
    write({ ...files, ...change });
    const definitions = readDefinitions(folder);
    await dropAll(database);
    return { migrated, wanted: await install(database, definitions), definitions };
  }

  it('SQL definitions are all installed, each after those it uses', async () => {
    expect(readDefinitions(folder).map(({ name }) => name)).toEqual(['doubled', 'noted', 'lengths', 'all_lengths']);
    expect([...(await install(database, readDefinitions(folder))).keys()]).toEqual([
      'function all_lengths()',
      'function doubled(integer)',
      'function noted()',
      'trigger route_noted on routes',
      'view lengths',
    ]);
  });

  it('unchanged SQL definitions are not reported as different', async () => {
    const { migrated, wanted, definitions } = await changed({
      'functions/doubled.sql': `-- Another head.\n${doubled}`,
    });
    expect(differencesBetween(migrated, wanted)).toEqual([]);
    expect(changesTo(wanted, migrated, definitions)).toEqual({ drops: [], creates: [] });
  });

  it.each([
    [
      'is changed',
      { 'functions/all_lengths.sql': all.replace('select length', 'select length + 0') },
      ['DELETE FROM routes;'],
    ],
    ['uses a changed one', { 'functions/doubled.sql': doubled.replace('n * 2', 'n + n') }, ['DELETE FROM routes;']],
    ['uses none of the changed ones', { 'functions/noted.sql': noted.replace('null', 'new') }, []],
  ])(
    'the table that keeps the results of a function that %s is emptied only where they may differ',
    async (_, change, wipes) => {
      const head = '-- Its results are kept in routes.\n';
      write({ ...files, 'functions/all_lengths.sql': head + all });
      const kept: Record<string, string> = { 'functions/all_lengths.sql': all, ...change };
      const { migrated, wanted, definitions } = await changed({
        ...kept,
        'functions/all_lengths.sql': head + kept['functions/all_lengths.sql'],
      });
      const { creates } = changesTo(wanted, migrated, definitions);
      expect(creates.filter((statement) => statement.startsWith('DELETE'))).toEqual(wipes);
    },
  );

  it('missing, changed and superfluous SQL definitions are named with their difference', async () => {
    const { migrated, wanted } = await changed({ 'functions/doubled.sql': doubled.replace('n * 2', 'n + n') });
    expect(differencesBetween(migrated, wanted)).toEqual([
      'function doubled(integer) differs between the migrations (-) and its file (+):\n' +
        '  - AS $function$ select n * 2 $function$\n  + AS $function$ select n + n $function$',
    ]);
    const less = new Map([...migrated].filter(([key]) => key !== 'trigger route_noted on routes'));
    expect(differencesBetween(less, migrated)).toEqual([
      'trigger route_noted on routes has a file, but no migration installs it.',
    ]);
    expect(differencesBetween(migrated, less)).toEqual([
      'trigger route_noted on routes is installed by the migrations, but has no file.',
    ]);
  });

  it.each([
    ['of another text', doubled.replace('n * 2', 'n + n'), [], 1],
    [
      'of another result',
      doubled.replace('returns int', 'returns bigint').replace('n * 2', 'n::bigint'),
      ['VIEW lengths', 'FUNCTION doubled(integer)'],
      2,
    ],
    [
      'of another parameter',
      doubled.replaceAll('n int', 'm int').replace('n * 2', 'm * 2'),
      ['VIEW lengths', 'FUNCTION doubled(integer)'],
      2,
    ],
    [
      'of another type of parameter',
      doubled.replace('n int', 'n bigint').replace('n * 2', '1'),
      ['VIEW lengths', 'FUNCTION doubled(integer)'],
      2,
    ],
  ])('a function %s is replaced, after a drop if Postgres requires one', async (_what, text, drops, created) => {
    const { migrated, wanted, definitions } = await changed({ 'functions/doubled.sql': text });
    const changes = changesTo(wanted, migrated, definitions);
    expect(changes.drops).toEqual(drops.map((what) => `DROP ${what};`));
    expect(changes.creates).toHaveLength(created);

    write(files);
    await dropAll(database);
    await install(database, readDefinitions(folder));
    for (const query of [...changes.drops, ...changes.creates]) await database.run({ query });
    expect(await readCatalog(database)).toEqual(wanted);
  });

  it('every SQL definition needs a file of its own name', async () => {
    write({ ...files, 'functions/twice.sql': doubled });
    await expect(install(database, readDefinitions(folder))).rejects.toThrow(
      'functions/twice.sql does not create twice.',
    );
    write({
      ...files,
      'views/lengths.sql': `${lengths}\n--> statement-breakpoint\ncreate view others as select 1 as one;`,
    });
    await dropAll(database);
    await expect(install(database, readDefinitions(folder))).rejects.toThrow(
      'view others must be in a file of the same name.',
    );
  });

  it('a SQL definition that Postgres refuses is reported with its file', async () => {
    write({ ...files, 'functions/doubled.sql': doubled.replace('n * 2', 'm * 2') });
    await expect(install(database, readDefinitions(folder))).rejects.toThrow(
      'functions/doubled.sql: column "m" does not exist',
    );
  });
});

it('SQL definitions that use each other are refused', () => {
  write({
    'functions/here.sql': 'create function here() returns int language sql as $$ select there() $$;',
    'functions/there.sql': 'create function there() returns int language sql as $$ select here() $$;',
  });
  expect(() => readDefinitions(folder)).toThrow(
    'some of them use each other: functions/here.sql, functions/there.sql. Remove one of these uses.',
  );
});

it('an edited, unrecorded or deleted migration is named', () => {
  const migrations = [
    { tag: '0000_a', hash: 'a' },
    { tag: '0001_b', hash: 'b' },
    { tag: '0002_c', hash: 'c' },
  ];
  expect(hashFaults(migrations, { '0000_a': 'a', '0001_b': 'b', '0002_c': 'c' })).toEqual([]);
  expect(hashFaults(migrations, { '0000_a': 'a', '0001_b': 'other', '0003_d': 'd' })).toEqual([
    expect.stringMatching(/^0001_b was edited after its hash was recorded/),
    expect.stringMatching(/^0002_c has no recorded hash/),
    expect.stringMatching(/^0003_d is recorded, but its migration is gone/),
  ]);
});
