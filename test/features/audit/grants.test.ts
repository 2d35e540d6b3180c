import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';

/** Connects as the Worker does: with its connection string, endpoint and role. */
const app = neon(env.DATABASE_URL);

let rider: Rider;

const entries = () => sql`select * from audit where actor_id = ${rider.id} order by id`;

beforeAll(async () => {
  rider = await createRider();
  await rider.post('/v1/journeys', { name: 'A journey' });
  await rider.delete('/v1/auth/sessions');
});

describe("the audit under the Worker's role [O10]", () => {
  test("the Worker's database role can add to the audit and read it", async () => {
    expect(await app`select current_user as role`).toEqual([{ role: 'kairos_app' }]);
    expect((await entries()).length).toBeGreaterThan(0);
    expect(await app`select * from audit where actor_id = ${rider.id} order by id`).toEqual(await entries());
  });

  test.each([
    ['change an audit entry', "update audit set action = 'auth.login'"],
    ['change an audit entry by its id', "update audit set at = at where id = '00000000-0000-7000-8000-000000000000'"],
    ['delete audit entries', 'delete from audit'],
    ['run a delete on the audit that matches nothing', 'delete from audit where false'],
    ['truncate the audit', 'truncate audit'],
    ['truncate the audit with another table', 'truncate sessions, audit'],
    ['delete audit entries within a query', 'with gone as (delete from audit returning *) select count(*) from gone'],
    [
      'overwrite an audit entry by inserting',
      'insert into audit select * from audit limit 1 on conflict (id) do update set at = now()',
    ],
    ['merge into the audit', 'merge into audit a using audit b on a.id = b.id when matched then delete'],
    ['lock an audit entry', 'select * from audit for update'],
    ['drop the audit', 'drop table audit'],
    ['rename the audit', 'alter table audit rename to past'],
    [
      'create a trigger on the audit',
      'create trigger t before insert on audit for each row execute function suppress_redundant_updates_trigger()',
    ],
    ['create a rule on the audit', 'create rule r as on insert to audit do instead nothing'],
    ['take ownership of the audit', 'alter table audit owner to kairos_app'],
  ])("the Worker's database role cannot %s", async (_what, query) => {
    const before = await entries();
    await expect(app.query(query)).rejects.toMatchObject({ code: '42501' });
    expect(await entries()).toEqual(before);
  });

  test("the Worker's database role cannot grant itself rights on the audit", async () => {
    await app.query('grant update, delete on audit to kairos_app').catch(() => undefined);
    await expect(app.query('delete from audit')).rejects.toMatchObject({ code: '42501' });
  });
});

describe("the schema under the Worker's role", () => {
  test.each([
    ['create a table', 'create table mine (id int)'],
    ['create a table from a query', 'create table mine as select 1 as id'],
    ['create a view', 'create view mine as select 1 as id'],
    ['create a function', 'create function mine() returns int language sql as $$ select 1 $$'],
    [
      'replace the guard function of every commit',
      'create or replace function ensure(condition boolean, guard text) returns void language sql as $$ select $$',
    ],
    ['create a schema', 'create schema mine'],
    ['drop an extension', 'drop extension postgis cascade'],
    ['create a role', 'create role mine'],
    ['make itself a superuser', 'alter role kairos_app superuser'],
    ['add a column', 'alter table users add column mine int'],
    ['drop a constraint', 'alter table users drop constraint users_pkey'],
    ['create an index', 'create index mine on users (name)'],
    ['drop an index', 'drop index users_email_key'],
    ['drop a table', 'drop table sessions'],
    ['truncate a table', 'truncate users cascade'],
    ['read password hashes of roles', 'select * from pg_authid'],
    ['run a program', "do $$ begin execute 'copy (select 1) to program ''true'''; end $$"],
  ])("the Worker's database role cannot %s", async (_what, query) => {
    await expect(app.query(query)).rejects.toMatchObject({ code: '42501' });
  });

  test.each(['grid_rows', 'kairos_migrations'])(
    "the Worker's database role can read %s but not change it",
    async (table) => {
      const [before] = await app.query(`select count(*)::int from ${table}`);
      expect(before?.count).toBeGreaterThan(0);
      const [column] =
        await sql`select column_name as name from information_schema.columns where table_name = ${table}`;
      for (const query of [
        `update ${table} set ${column?.name} = ${column?.name}`,
        `delete from ${table}`,
        `truncate ${table}`,
        `insert into ${table} select * from ${table}`,
        `drop table ${table}`,
      ])
        await expect(app.query(query), query).rejects.toMatchObject({ code: '42501' });
      expect(await app.query(`select count(*)::int from ${table}`)).toEqual([before]);
    },
  );
});
