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

test('a queued read is sent in front of the next one in the same request', async () => {
  const { db, queueRead } = open();
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  expect(await read(db, sql`select ${2}::int as two`)).toEqual([{ two: 2 }]);
  expect(await result()).toEqual([{ one: 1 }]);
  expect(await read(db, sql`select 3 as three`)).toEqual([{ three: 3 }]);
  expect(statementsSent()).toEqual([['select 1 as one', 'select $1::int as two'], ['select 3 as three']]);
});

test('two queued reads are sent with the next one in the same request', async () => {
  const { db, queueRead } = open();
  const results = [sql`select 1 as one`, sql`select 2 as two`].map((statement) =>
    queueRead((own) => read(own, statement)),
  );
  expect(await read(db, sql`select 3 as three`)).toEqual([{ three: 3 }]);
  expect(await Promise.all(results.map((result) => result()))).toEqual([[{ one: 1 }], [{ two: 2 }]]);
  expect(requests).toHaveBeenCalledTimes(1);
});

test('a queued read is sent in the same request as a batch', async () => {
  const { db, queueRead } = open();
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  const [two, three] = await db.batch([db.execute(sql`select 2 as two`), db.execute(sql`select 3 as three`)]);
  expect([await result(), two.rows, three.rows]).toEqual([[{ one: 1 }], [{ two: 2 }], [{ three: 3 }]]);
  expect(requests).toHaveBeenCalledTimes(1);
});

test('a queued read is sent alone if no other follows', async () => {
  const { db, queueRead } = open();
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  expect(await result()).toEqual([{ one: 1 }]);
  expect(await read(db, sql`select 2 as two`)).toEqual([{ two: 2 }]);
  expect(statementsSent()).toEqual([['select 1 as one'], ['select 2 as two']]);
});

test('a queued read is not sent if its result is not awaited and no statement follows', async () => {
  open().queueRead((own) => read(own, sql`select 1 as one`));
  await open().db.execute(sql`select 2 as two`);
  expect(statementsSent()).toEqual([['select 2 as two']]);
});

const mistakes: [what: string, ask: (db: Db) => Promise<unknown>][] = [
  ['fails', () => Promise.reject(new Error('no statement'))],
  [
    'throws',
    () => {
      throw new Error('no statement');
    },
  ],
  ['is a batch', (db) => db.batch([db.execute(sql`select 1`)])],
  ['is two statements', (db) => Promise.all([db.execute(sql`select 1`), db.execute(sql`select 1`)])],
];
test.each(mistakes)('a queued read that %s fails without holding up the next statement', async (_what, ask) => {
  const { db, queueRead } = open();
  const result = queueRead(ask);
  expect(await read(db, sql`select 2 as two`)).toEqual([{ two: 2 }]);
  await expect(result()).rejects.toThrow();
});

test('an answer with too few results rejects both statements', async () => {
  const { db, queueRead } = open();
  const answer = { fields: [], rows: [], rowCount: 0, command: 'SELECT' };
  requests.mockImplementation(async () => Response.json({ results: [answer] }));
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  await expect(read(db, sql`select 2 as two`)).rejects.toThrow();
  await expect(result()).rejects.toThrow();
});

test('a queued read gets its answer even if Postgres refuses the other one', async () => {
  const { db, queueRead } = open();
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  await expect(read(db, sql`select 1 / 0`)).rejects.toMatchObject({ cause: { code: '22012' } });
  expect(await result()).toEqual([{ one: 1 }]);
});

test('both statements are rejected if Postgres refuses the queued read', async () => {
  const { db, queueRead } = open();
  const result = queueRead((own) => read(own, sql`select 1 / 0`));
  const other = read(db, sql`select 2 as two`);
  await expect(other).rejects.toMatchObject({ cause: { code: '22012' } });
  await expect(result()).rejects.toMatchObject({ cause: { code: '22012' } });
});

test('both statements are rejected if the database is unreachable', async () => {
  const { db, queueRead } = open();
  requests.mockRejectedValue(new Error('away'));
  const result = queueRead((own) => read(own, sql`select 1 as one`));
  const other = read(db, sql`select 2 as two`);
  const outcomes = await Promise.allSettled([result(), other]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
