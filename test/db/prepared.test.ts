import { eq, sql } from 'drizzle-orm';
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { openForCall } from '../../src/db/client.ts';
import { readTogether } from '../../src/db/parts.ts';
import { type Given, prepare, prepareCondition, queryOf } from '../../src/db/prepared.ts';
import { config } from '../support/app.ts';

const { db } = openForCall(config.database);

test('a statement is built once for each set of values, and filled in for each call', async () => {
  let builds = 0;
  const add = prepare((builder, { one, other }: Given<{ one: number; other: number | undefined }>) => {
    builds += 1;
    return builder.execute<{ sum: number }>(sql`select ${one}::int + ${other ? sql`${other}::int` : sql`100`} as sum`);
  });
  const sums = [];
  for (const values of [
    { one: 1, other: 2 },
    { one: 3, other: 4 },
    { one: 5, other: undefined },
  ]) {
    const { rows } = await add(db, values);
    sums.push(rows[0]?.sum);
  }
  expect(sums).toEqual([3, 7, 105]);
  expect(builds).toBe(2);
});

const roles = pgTable('pg_roles', { rolname: text(), rolvaliduntil: timestamp({ withTimezone: true }) });
const selectRole = prepare((builder, { name }: Given<{ name: string }>) =>
  builder.select({ name: roles.rolname }).from(roles).where(eq(roles.rolname, name)),
);

test('a prepared statement answers the same rows alone and together with others', async () => {
  const values = { name: 'kairos_app' };
  expect(await selectRole(db, values)).toEqual([values]);
  expect(await readTogether(db, { role: selectRole(db, values), none: selectRole(db, { name: '-' }) })).toEqual({
    role: [values],
    none: [],
  });
});

test('an inserted value is written as its column writes it, and null stays null', () => {
  const insertRole = prepare((builder, { until }: Given<{ until: Date | null }>) =>
    builder.insert(roles).values({ rolname: 'x', rolvaliduntil: until }),
  );
  expect(insertRole(db, { until: new Date(0) }).getQuery().params).toEqual(['x', '1970-01-01T00:00:00.000Z']);
  expect(insertRole(db, { until: null }).getQuery().params).toEqual(['x', null]);
});

test('a prepared condition is the SQL of its guard with the values of the call', () => {
  const isSame = prepareCondition(({ one, other }: Given<{ one: string; other: string }>) => sql`${one} = ${other}`);
  expect(queryOf(isSame({ one: 'a', other: 'b' }))).toMatchObject({ sql: '$1 = $2', params: ['a', 'b'] });
});
