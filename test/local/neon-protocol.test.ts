import { setTimeout as sleep } from 'node:timers/promises';
import { neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, startConsole } from '../../local/console/server.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { backends } from './backends.ts';

const app = neon('postgresql://kairos_app:any@localhost/kairos');
const owner = neon('postgresql://postgres:any@localhost/kairos');
const full = neon('postgresql://postgres:any@localhost/kairos', { fullResults: true });

describe.each(backends)("Neon's driver over $name", ({ url }) => {
  let database: Database;
  let console: Console;
  beforeAll(async () => {
    database = await createTestDatabase({ url });
    console = await startConsole({ port: 0, database });
    neonConfig.fetchEndpoint = `${console.url}/sql`;
    await owner`create table bikes (
      id integer primary key,
      name varchar(20) unique,
      parent integer references bikes deferrable initially deferred
    )`;
    await owner`create table secrets (id integer)`;
    await owner`revoke all on secrets from kairos_app`;
  });
  afterAll(async () => {
    await console?.close();
    await database?.close();
  });

  it.each<[as: string, sent: unknown, received: unknown]>([
    ['int', 5, 5],
    ['int8', '9007199254740993', '9007199254740993'],
    ['int8', 9007199254740993n, '9007199254740993'],
    ['float8', -0.1, -0.1],
    ['float8', 'NaN', Number.NaN],
    ['numeric', '1.10', '1.10'],
    ['boolean', true, true],
    ['text', 'O\'Reilly \\ "é" 🚲', 'O\'Reilly \\ "é" 🚲'],
    ['text', '', ''],
    ['text', null, null],
    ['text', undefined, null],
    ['jsonb', { a: [1, null, 'x'] }, { a: [1, null, 'x'] }],
    ['json', '[1, 2]', [1, 2]],
    ['int[]', [1, null, 3], [1, null, 3]],
    ['text[]', ['a', 'b"{,}\\', 'NULL', null], ['a', 'b"{,}\\', 'NULL', null]],
    ['int[][]', [[1], [2]], [[1], [2]]],
    ['bytea', Buffer.from([0, 1, 255]), Buffer.from([0, 1, 255])],
    ['timestamptz', new Date('2026-11-21T07:00:00.123Z'), new Date('2026-11-21T07:00:00.123Z')],
    ['date', '2026-11-21', new Date(2026, 10, 21)],
    ['uuid', '0190163d-8694-739b-aea5-966c26f8ad91', '0190163d-8694-739b-aea5-966c26f8ad91'],
    ['geography', 'SRID=4326;POINT(7 46)', '0101000020E61000000000000000001C400000000000004740'],
  ])('a value of the type %s comes back as it was sent', async (as, sent, received) => {
    const rows = await app.query(`select $1::${as} as value`, [sent]);
    expect(rows).toStrictEqual([{ value: received }]);
  });

  it('the columns of a result are described', async () => {
    const { fields } = await full`select name, id + 1 as next from bikes`;
    const [table] = await owner`select 'bikes'::regclass::oid::int as id`;
    expect(fields).toEqual([
      {
        name: 'name',
        dataTypeID: 1043,
        tableID: table?.id,
        columnID: 2,
        dataTypeSize: -1,
        dataTypeModifier: 24,
        format: 'text',
      },
      { name: 'next', dataTypeID: 23, tableID: 0, columnID: 0, dataTypeSize: 4, dataTypeModifier: -1, format: 'text' },
    ]);
  });

  it.each([
    ['select generate_series(1, 3)', 'SELECT', 3],
    ['insert into bikes (id) select generate_series(101, 105)', 'INSERT', 5],
    ['update bikes set id = id where id > 103', 'UPDATE', 2],
    ['delete from bikes where id > 999', 'DELETE', 0],
    ['create table wheels as select 1 as a', 'SELECT', 1],
    ['drop table wheels', 'DROP', null],
    ['-- nothing', '', null],
  ])('the row count is right for: %s', async (query, command, rowCount) => {
    expect(await full.query(query)).toMatchObject({ command, rowCount });
  });

  it.each([
    ['selec', { code: '42601', position: '1', severity: 'ERROR', routine: 'scanner_yyerror' }],
    ['select 123 where x', { code: '42703', position: '18', message: 'column "x" does not exist' }],
    ['select 1; select 2', { code: '42601' }],
    ['select $1', { code: '08P01' }],
    ['select 1/0', { code: '22012' }],
    [
      "insert into bikes (id, name) values (1, 'a'), (2, 'a')",
      {
        code: '23505',
        constraint: 'bikes_name_key',
        schema: 'public',
        table: 'bikes',
        detail: 'Key (name)=(a) already exists.',
      },
    ],
    [
      "do $$ begin raise exception using errcode = 'KA001', message = 'guard', hint = 'h'; end $$",
      {
        code: 'KA001',
        message: 'guard',
        hint: 'h',
      },
    ],
  ])('the error of Postgres is passed on for: %s', async (query, error) => {
    await expect(owner.query(query)).rejects.toMatchObject({ name: 'NeonDbError', ...error });
    await expect(owner`select 1 as one`).resolves.toEqual([{ one: 1 }]);
  });

  it.each(['copy bikes from stdin', ' COPY (select 1) TO STDOUT', '-- all of them\n/* once */ copy bikes to stdout'])(
    'COPY is refused, as its rows are no result: %j',
    async (query) => {
      await expect(owner.query(query)).rejects.toThrow('COPY is not supported over HTTP');
      await expect(owner`select 1 as copy`).resolves.toEqual([{ copy: 1 }]);
    },
  );

  it('a role that does not exist is refused instead of replaced by a stronger one', async () => {
    const nobody = neon('postgresql://kairos_ap:any@localhost/kairos');
    await expect(nobody`select current_user`).rejects.toMatchObject({
      code: '28000',
      message: 'role "kairos_ap" does not exist',
    });
    await expect(nobody.transaction([nobody`select 1`])).rejects.toMatchObject({ code: '28000' });
  });

  it('the application runs with the settings of its role, as after a login', async () => {
    const settings = ['jit', 'statement_timeout'].map((name) => app.query(`show ${name}`));
    expect((await app.transaction(settings, { arrayMode: true })).flat(2)).toEqual(['off', '10s']);
    expect(await owner`show statement_timeout`).toEqual([{ statement_timeout: '0' }]);
  });

  it.each(['in one statement', 'in a batch'])(
    'nothing is committed %s for a client that has closed its connection',
    async (form) => {
      const id = form === 'in a batch' ? 21 : 22;
      const leaving = new AbortController();
      const asker = neon('postgresql://kairos_app:any@localhost/kairos', { fetchOptions: { signal: leaving.signal } });
      const slow = asker`with slow as (select pg_sleep(2)) insert into bikes (id) select ${id} from slow`;
      const asked =
        form === 'in a batch'
          ? asker.transaction([asker`insert into bikes (id) values (23)`, slow])
          : Promise.resolve(slow);
      setTimeout(() => leaving.abort(), 500);
      await expect(asked).rejects.toThrow('aborted');
      await sleep(2_500);
      expect(await owner`select id from bikes where id between 21 and 23`).toEqual([]);
    },
  );

  it('a batch runs as one transaction', async () => {
    const results = await owner.transaction([
      owner`insert into bikes (id, name) values (11, 'gravel') returning id`,
      owner.query('select name from bikes where id = $1', [11]),
    ]);
    expect(results).toEqual([[{ id: 11 }], [{ name: 'gravel' }]]);
    expect(await owner.transaction([])).toEqual([]);

    const broken = owner.transaction([owner`insert into bikes (id) values (12)`, owner`select 1/0`]);
    await expect(broken).rejects.toMatchObject({ code: '22012' });
    expect(await owner`select id from bikes where id = 12`).toEqual([]);
  });

  it('an error that occurs only at the commit is reported', async () => {
    const orphan = owner.transaction([owner`insert into bikes (id, parent) values (13, -1)`]);
    await expect(orphan).rejects.toMatchObject({ code: '23503' });
  });

  it('the options for isolation, read only and deferrable take effect', async () => {
    const settings = () =>
      ['isolation', 'read_only', 'deferrable'].map((name) => app.query(`show transaction_${name}`));
    const strict = { isolationLevel: 'Serializable', readOnly: true, deferrable: true, arrayMode: true } as const;
    const heeded = await app.transaction(settings(), strict);
    expect(heeded.flat(2)).toEqual(['serializable', 'on', 'on']);
    const usual = await app.transaction(settings(), { arrayMode: true });
    expect(usual.flat(2)).toEqual(['read committed', 'off', 'off']);

    const write = app.transaction([app`insert into bikes (id) values (14)`], { readOnly: true });
    await expect(write).rejects.toMatchObject({ code: '25006' });
  });

  it('the application has only the rights of its role', async () => {
    expect(await app`select current_user as role`).toEqual([{ role: 'kairos_app' }]);
    await expect(app`select * from secrets`).rejects.toMatchObject({ code: '42501' });
    await expect(app.transaction([app`create table mine (id int)`])).rejects.toMatchObject({ code: '42501' });
  });

  it('a statement that cannot run in a transaction can be run by the owner', async () => {
    const { command } = await full`create index concurrently bikes_parent on bikes (parent)`;
    expect(command).toBe('CREATE');
  });

  it('no state of one request is left for the next', async () => {
    await owner`begin`;
    await owner`set statement_timeout = '7s'`;
    await owner`create temporary table leftover (id int)`;
    await owner`select pg_advisory_lock(7)`;
    const [state] = await owner`select
      current_setting('statement_timeout') as timeout,
      to_regclass('leftover') as leftover,
      pg_current_xact_id_if_assigned() as transaction,
      (select count(*)::int from pg_locks join pg_database on pg_database.oid = database
        where locktype = 'advisory' and datname = current_database()) as locks`;
    expect(state).toEqual({ timeout: '0', leftover: null, transaction: null, locks: 0 });
  });

  it('many simultaneous requests are answered', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const answers = await Promise.all(numbers.map((i) => app`select ${i}::int as i`));
    expect(answers.flat().map(({ i }) => i)).toEqual(numbers);
  });

  it('tens of megabytes are transferred in both directions', async () => {
    const long = 'x'.repeat(20_000_000);
    expect(await app`select ${long} as long`).toEqual([{ long }]);
    await expect(app`select repeat('x', 70000000)`).rejects.toThrow('HTTP status 507');
  });
});
