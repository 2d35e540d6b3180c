import { neonConfig } from '@neondatabase/serverless';
import { sql as fragment } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, test } from 'vitest';
import { openForCall } from '../../src/db/client.ts';
import { commit, type Guard, type PresenceChange, postgresError, type Statement } from '../../src/db/commit.ts';
import { type AppError, defineError } from '../../src/errors.ts';
import { audit } from '../../src/features/audit/audit.table.ts';
import { updateUser } from '../../src/features/users/user.repository.ts';
import { users } from '../../src/features/users/user.table.ts';
import { config } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createRider, type Rider } from '../support/factories.ts';

const firstFailed = defineError('conflict', 'test.first_failed', 'The first guard did not hold.');
const secondFailed = defineError('not_found', 'test.second_failed', 'The second guard did not hold.');
const nameTaken = defineError('conflict', 'test.name_taken', 'The name is taken.');

const { db } = openForCall(config.database);
const ctx = { db, actorGuards: {} };

const guard = (condition: string, error: AppError = firstFailed(), stage: Guard['stage'] = 'state'): Guard => ({
  stage,
  condition: fragment.raw(condition),
  error: () => error,
});

let rider: Rider;
let action: string;
beforeEach(async () => {
  rider = await createRider();
  action = `test.${crypto.randomUUID()}`;
});

const entry = (id = uuidv7()) =>
  db
    .insert(audit)
    .values({ id, at: new Date(), action, requestId: 'test', networkHash: new Uint8Array(32), userAgent: 'test' });
const rename = (name: string) => updateUser(db, rider.id, { name }, new Date());

/** What the commit has left behind. */
async function left() {
  const [[user] = [], [entries] = []] = await sql.transaction([
    sql`select name, version from users where id = ${rider.id}`,
    sql`select count(*)::int as count from audit where action = ${action}`,
  ]);
  return { name: user?.name, version: user?.version, entries: entries?.count };
}
const nothing = { name: 'Test Rider', version: 1, entries: 0 };

/** The type check fails where one of these is no longer so. */
type PresenceOf<W extends Record<string, Statement>> = Pick<Parameters<typeof commit<W>>[1], 'presence'>;
type IsRequired<T> = Record<never, never> extends T ? false : true;
const presenceIsRequired: IsRequired<PresenceOf<{ marker: PresenceChange }>> = true;
const presenceIsOptional: IsRequired<PresenceOf<{ entry: Statement }>> = false;

test('a commit with a write that changes presence compiles only with a presence part', () => {
  expect([presenceIsRequired, presenceIsOptional]).toEqual([true, false]);
});

describe('commits [O11]', () => {
  test('a commit whose guards hold does all its writes and returns their results by name', async () => {
    const { entered, renamed, skipped, again } = await commit(ctx, {
      guards: [guard('select true'), guard('1 = 1')],
      writes: {
        entered: [entry(), entry()],
        skipped: undefined,
        renamed: rename('Renamed'),
        again: db.select({ name: users.name }).from(users).where(fragment`id = ${rider.id}`),
      },
    });
    expect(entered.map(({ rowCount }) => rowCount)).toEqual([1, 1]);
    expect(skipped).toBeUndefined();
    expect(renamed).toHaveLength(1);
    expect(renamed[0]).toMatchObject({ id: rider.id, name: 'Renamed', version: 2 });
    expect(again).toEqual([{ name: 'Renamed' }]);
    expect(await left()).toEqual({ name: 'Renamed', version: 2, entries: 2 });
  });

  test("a commit whose outcome guard fails leaves nothing behind and throws that guard's error", async () => {
    const error = secondFailed();
    const version = (wanted: number) =>
      guard(`select version = ${wanted} from users where id = '${rider.id}'`, wanted === 2 ? firstFailed() : error);
    const work = { guards: [guard('select true')], writes: { entered: entry(), renamed: rename('Renamed') } };
    await expect(commit(ctx, { ...work, outcome: [version(2), version(3)] })).rejects.toBe(error);
    expect(await left()).toEqual(nothing);

    const { entered } = await commit(ctx, { ...work, outcome: [version(2)] });
    expect(entered.rowCount).toBe(1);
    expect(await left()).toEqual({ name: 'Renamed', version: 2, entries: 1 });
  });

  test('a commit stores the idempotent response before its guards run, or not at all', async () => {
    const error = firstFailed();
    const refused = {
      idempotency: { statement: entry() },
      guards: [guard('select false', error)],
      writes: { renamed: rename('No') },
    };
    await expect(commit(ctx, refused)).rejects.toBe(error);
    expect(await left()).toEqual(nothing);

    const isKept = guard(`select count(*) = 1 from audit where action = '${action}'`);
    const { renamed } = await commit(ctx, { ...refused, guards: [isKept], writes: { renamed: rename('Renamed') } });
    expect(renamed[0]).toMatchObject({ name: 'Renamed' });
    expect(await left()).toEqual({ name: 'Renamed', version: 2, entries: 1 });
  });

  test.each([
    ['is false', 'select false'],
    ['is null', 'select null::boolean'],
    ['finds no row', 'select true from users where false'],
  ])("a commit whose guard %s leaves nothing behind and throws the guard's error", async (_, condition) => {
    const error = firstFailed();
    const work = { guards: [guard(condition, error)], writes: { entered: entry(), renamed: rename('Renamed') } };
    await expect(commit(ctx, work)).rejects.toBe(error);
    expect(await left()).toEqual(nothing);
  });

  test("a commit whose second guard fails is rolled back and throws the second guard's error", async () => {
    const guards = [guard('select true'), guard('select false', secondFailed()), guard('select false')];
    await expect(
      commit(ctx, { guards, writes: { entered: entry(), renamed: rename('Renamed') } }),
    ).rejects.toMatchObject({
      code: secondFailed.code,
    });
    expect(await left()).toEqual(nothing);
  });

  test('a commit runs its guards by stage, in whatever order they were given', async () => {
    const stages = ['caller', 'riders', 'journeys', 'rows', 'state'] as const;
    for (const [index, stage] of stages.entries()) {
      const error = firstFailed();
      const later = stages.slice(index + 1).map((one) => guard('select false', secondFailed(), one));
      const work = { guards: [...later, guard('select false', error, stage)], writes: { entered: entry() } };
      await expect(commit(ctx, work)).rejects.toBe(error);
    }
  });

  test('a commit runs its presence part after all writes', async () => {
    const count = () =>
      db.execute(fragment`select ensure((select count(*) = 2 from audit where action = ${action}), '0')`);
    await expect(commit(ctx, { writes: { first: entry(), count: count(), second: entry() } })).rejects.toThrow();
    await commit(ctx, { writes: { first: entry(), second: entry() }, presence: [count()] });
    expect((await left()).entries).toBe(2);
  });

  test('a commit checks the credential before its other guards', async () => {
    const revoked = { db, actorGuards: { live: guard('select false', secondFailed()) } };
    const work = { guards: [guard('select false')], writes: { entered: entry() } };
    await expect(commit(revoked, work)).rejects.toMatchObject({ code: secondFailed.code });
    expect(await left()).toEqual(nothing);
  });

  test('a commit whose last statement fails rolls back the statements before it', async () => {
    const id = uuidv7();
    const writes = { first: entry(id), renamed: rename('Renamed'), second: entry(id) };
    const work = { writes, conflicts: { audit_pkey: nameTaken } };
    await expect(commit(ctx, work)).rejects.toMatchObject({ code: nameTaken.code, status: 409 });
    expect(await left()).toEqual(nothing);
  });

  test('a commit translates only the conflicts it names and passes on others', async () => {
    const id = uuidv7();
    const failure = await commit(ctx, {
      writes: { entries: [entry(id), entry(id)] },
      conflicts: { other_key: nameTaken },
    }).catch((error) => error);
    expect(postgresError(failure)).toMatchObject({ code: '23505', constraint: 'audit_pkey' });
    expect(await left()).toEqual(nothing);
  });

  test('only one of 50 simultaneous commits for the same unique value succeeds', async () => {
    const wanted = `n${crypto.randomUUID().slice(0, 20)}`;
    const riders = await Promise.all(Array.from({ length: 50 }, () => createRider()));
    const outcomes = await Promise.allSettled(
      riders.map(({ id }) =>
        commit(ctx, {
          writes: { rider: updateUser(db, id, { username: wanted }, new Date()), entered: entry() },
          conflicts: { users_username_key: nameTaken },
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: nameTaken.code });
    expect((await left()).entries).toBe(1);
  });

  test('a commit is one request to the database', async () => {
    const requests: unknown[] = [];
    neonConfig.fetchFunction = (url: string, init: RequestInit) => {
      requests.push(init.body);
      return fetch(url, init);
    };
    try {
      await commit(ctx, {
        guards: [guard('select true'), guard('select true')],
        writes: { entries: [entry(), entry()], renamed: rename('Renamed') },
      });
    } finally {
      neonConfig.fetchFunction = undefined;
    }
    expect(requests).toHaveLength(1);
  });
});
