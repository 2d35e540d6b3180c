import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';

/** As the Worker speaks to the database: its connection string, its endpoint, its role. */
const app = neon(env.DATABASE_URL);

let rider: Rider;

const entries = () => sql`select * from audit where actor_id = ${rider.id} order by id`;

beforeAll(async () => {
  rider = await createRider();
  await rider.post('/v1/journeys', { name: 'A journey' });
  await rider.delete('/v1/auth/sessions');
});

describe('O10: what was written down stays, whoever speaks for the Worker', () => {
  test('the Worker adds to the audit and reads it, under a role of its own', async () => {
    expect(await app`select current_user as role`).toEqual([{ role: 'kairos_app' }]);
    expect((await entries()).length).toBeGreaterThan(0);
    expect(await app`select * from audit where actor_id = ${rider.id} order by id`).toEqual(await entries());
  });

  test.each([
    ['changes an entry', "update audit set action = 'auth.login'"],
    ['changes one by its id', "update audit set at = at where id = '00000000-0000-7000-8000-000000000000'"],
    ['deletes entries', 'delete from audit'],
    ['deletes none of them', 'delete from audit where false'],
    ['empties it', 'truncate audit'],
    ['empties it with others', 'truncate sessions, audit'],
    ['deletes within a query', 'with gone as (delete from audit returning *) select count(*) from gone'],
    [
      'overwrites by inserting',
      'insert into audit select * from audit limit 1 on conflict (id) do update set at = now()',
    ],
    ['merges', 'merge into audit a using audit b on a.id = b.id when matched then delete'],
    ['holds an entry', 'select * from audit for update'],
    ['drops it', 'drop table audit'],
    ['renames it', 'alter table audit rename to past'],
    [
      'hangs a trigger on it',
      'create trigger t before insert on audit for each row execute function suppress_redundant_updates_trigger()',
    ],
    ['rewrites what goes in', 'create rule r as on insert to audit do instead nothing'],
    ['gives itself the right to', 'alter table audit owner to kairos_app'],
  ])('it never %s', async (_what, query) => {
    const before = await entries();
    await expect(app.query(query)).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toEqual(before);
  });

  test('a grant it makes to itself gives it nothing', async () => {
    await app.query('grant update, delete on audit to kairos_app').catch(() => undefined);
    await expect(app.query('delete from audit')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the Worker’s role changes rows, never what they are kept in', () => {
  test.each([
    ['makes a table', 'create table mine (id int)'],
    ['makes a table of a query', 'create table mine as select 1 as id'],
    ['makes a view', 'create view mine as select 1 as id'],
    ['makes a function', 'create function mine() returns int language sql as $$ select 1 $$'],
    [
      'replaces the guard of every commit',
      'create or replace function ensure(condition boolean, guard text) returns void language sql as $$ select $$',
    ],
    ['makes a schema', 'create schema mine'],
    ['takes an extension away', 'drop extension postgis cascade'],
    ['makes a role', 'create role mine'],
    ['makes itself more', 'alter role kairos_app superuser'],
    ['adds a column', 'alter table users add column mine int'],
    ['drops a constraint', 'alter table users drop constraint users_pkey'],
    ['makes an index', 'create index mine on users (name)'],
    ['drops an index', 'drop index users_email_key'],
    ['drops a table', 'drop table sessions'],
    ['empties a table', 'truncate users cascade'],
    ['reads password hashes of roles', 'select * from pg_authid'],
    ['runs a program', "copy users to program 'true'"],
  ])('it never %s', async (_what, query) => {
    await expect(app.query(query)).rejects.toMatchObject({ code: '42501' });
  });

  test.each(['grid_rows', 'kairos_migrations'])('it reads %s and never changes it', async (table) => {
    const [before] = await app.query(`select count(*)::int from ${table}`);
    expect(before?.count).toBeGreaterThan(0);
    const [column] = await sql`select column_name as name from information_schema.columns where table_name = ${table}`;
    for (const query of [
      `update ${table} set ${column?.name} = ${column?.name}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `insert into ${table} select * from ${table}`,
      `drop table ${table}`,
    ])
      await expect(app.query(query), query).rejects.toMatchObject({ code: '42501' });
    expect(await app.query(`select count(*)::int from ${table}`)).toEqual([before]);
  });
});
