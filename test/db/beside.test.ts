import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { type Db, openForCall } from '../../src/db/client.ts';
import { config } from '../support/app.ts';

let requests: MockInstance<typeof fetch>;
beforeEach(() => {
  requests = vi.spyOn(globalThis, 'fetch');
});

const open = () => openForCall(config.database);
const read = async (db: Db, statement: SQL) => (await db.execute(statement)).rows;
const statementsSent = () =>
  requests.mock.calls.map(([, init]) => {
    const payload = JSON.parse(String(init?.body));
    return (payload.queries ?? [payload]).map(({ query }: { query: string }) => query);
  });

test('what is asked beside goes with the next statement, in front of it', async () => {
  const { db, beside } = open();
  const aside = beside((own) => read(own, sql`select 1 as one`));
  expect(await read(db, sql`select ${2}::int as two`)).toEqual([{ two: 2 }]);
  expect(await aside).toEqual([{ one: 1 }]);
  expect(await read(db, sql`select 3 as three`)).toEqual([{ three: 3 }]);
  expect(statementsSent()).toEqual([['select 1 as one', 'select $1::int as two'], ['select 3 as three']]);
});

test('and so do two of them', async () => {
  const { db, beside } = open();
  const asides = [sql`select 1 as one`, sql`select 2 as two`].map((statement) => beside((own) => read(own, statement)));
  expect(await read(db, sql`select 3 as three`)).toEqual([{ three: 3 }]);
  expect(await Promise.all(asides)).toEqual([[{ one: 1 }], [{ two: 2 }]]);
  expect(requests).toHaveBeenCalledTimes(1);
});

test('and with a batch', async () => {
  const { db, beside } = open();
  const aside = beside((own) => read(own, sql`select 1 as one`));
  const [two, three] = await db.batch([db.execute(sql`select 2 as two`), db.execute(sql`select 3 as three`)]);
  expect([await aside, two.rows, three.rows]).toEqual([[{ one: 1 }], [{ two: 2 }], [{ three: 3 }]]);
  expect(requests).toHaveBeenCalledTimes(1);
});

test('it goes alone when it is hurried', async () => {
  const { db, beside, hurry } = open();
  const aside = beside((own) => read(own, sql`select 1 as one`));
  hurry();
  expect(await aside).toEqual([{ one: 1 }]);
  expect(await read(db, sql`select 2 as two`)).toEqual([{ two: 2 }]);
  expect(statementsSent()).toEqual([['select 1 as one'], ['select 2 as two']]);
});

test('nothing waits for one that could not be made', async () => {
  const { db, beside } = open();
  const aside = beside(() => Promise.reject(new Error('no statement')));
  expect(await Promise.allSettled([aside, read(db, sql`select 2 as two`)])).toMatchObject([
    { status: 'rejected' },
    { status: 'fulfilled', value: [{ two: 2 }] },
  ]);
});

test('it has its answer also where Postgres refuses the other', async () => {
  const { db, beside } = open();
  const aside = beside((own) => read(own, sql`select 1 as one`));
  await expect(read(db, sql`select 1 / 0`)).rejects.toMatchObject({ cause: { code: '22012' } });
  expect(await aside).toEqual([{ one: 1 }]);
});

test('and it fails alone', async () => {
  const { db, beside } = open();
  const aside = beside((own) => read(own, sql`select 1 / 0`));
  const outcomes = await Promise.allSettled([aside, read(db, sql`select 2 as two`)]);
  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { cause: { code: '22012' } } },
    { status: 'rejected' },
  ]);
});

test('none of both is answered by a database that is away', async () => {
  const { db, beside } = open();
  requests.mockRejectedValue(new Error('away'));
  const outcomes = await Promise.allSettled([
    beside((own) => read(own, sql`select 1 as one`)),
    read(db, sql`select 2 as two`),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
