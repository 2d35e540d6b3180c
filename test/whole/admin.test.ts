import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { env } from '#kairos';
import { stop } from '../../proof/support/kairos.ts';
import { anonymous, clientWith, requestToken } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createRider, makeAdmin, type Rider } from '../support/factories.ts';

// A database of its own, since every admin in it counts.
afterAll(stop);

async function createAdmin(): Promise<Rider> {
  const rider = await createRider();
  await makeAdmin(rider);
  return rider;
}

const change = (by: Rider, { id }: { id: string }, body: unknown) => by.patch(`/v1/admin/users/${id}`, body);
const leave = (admin: Rider) => admin.delete('/v1/me');

async function adminsLeft(candidates: readonly Rider[]): Promise<number> {
  const answers = await Promise.all(candidates.map((rider) => rider.get('/v1/admin/users')));
  return answers.filter(({ status }) => status === 200).length;
}

type Way = readonly [name: string, way: (a: Rider, b: Rider) => ReturnType<typeof change>[]];
const ways: readonly Way[] = [
  ...Array.from(
    { length: 20 },
    (): Way => ['demote', (a, b) => [change(a, b, { role: 'user' }), change(b, a, { role: 'guest' })]],
  ),
  ['disable', (a, b) => [change(a, b, { disabled: true }), change(b, a, { disabled: true })]],
  ['stand down', (a, b) => [change(a, a, { role: 'user' }), change(b, b, { disabled: true })]],
  ['leave', (a, b) => [leave(a), leave(b)]],
];

describe('the last admin', () => {
  test('of two admins who demote, disable or delete each other or themselves simultaneously, one stays [H9, S15]', async () => {
    let kept: Rider | undefined;
    for (const [name, way] of ways) {
      const [a, b] = [await createAdmin(), await createAdmin()];
      if (kept) await change(a, kept, { role: 'user' });
      const answers = await Promise.all(way(a, b));
      const statuses = answers.map(({ status }) => status);
      expect(
        statuses.filter((status) => status < 300),
        `${name}: ${statuses}`,
      ).toHaveLength(1);
      expect(await adminsLeft([a, b]), name).toBe(1);
      kept = (await a.get('/v1/admin/users')).status === 200 ? a : b;
    }
  });

  test('the last admin cannot step down or leave until there is another admin [H9]', async () => {
    const [kept, spare] = [await createAdmin(), await createAdmin()];
    const { json } = await kept.get('/v1/admin/users?role=admin');
    for (const { id } of json.items) if (id !== kept.id) await change(kept, { id }, { role: 'user' });

    for (const answer of [
      await change(kept, kept, { role: 'user' }),
      await change(kept, kept, { disabled: true }),
      await leave(kept),
    ])
      expect([answer.status, answer.json.code]).toEqual([409, 'users.last_admin']);

    expect((await change(kept, spare, { role: 'admin' })).status).toBe(200);
    expect((await leave(kept)).status).toBe(204);
  });
});

describe('npm run admin', () => {
  const run = async (...args: string[]) => {
    const shell = {
      ...process.env,
      DATABASE_OWNER_URL: 'postgresql://postgres:local@localhost/kairos',
      DATABASE_ENDPOINT: env.DATABASE_ENDPOINT,
      WEB_URL: 'https://kairos.test',
    };
    const child = await promisify(execFile)(process.execPath, ['local/admin.ts', ...args], { env: shell }).catch(
      (error) => error,
    );
    return { code: child.code ?? 0, stdout: child.stdout as string, stderr: child.stderr as string };
  };

  test('npm run admin creates a rider with a one-time password link and makes riders admins', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const password = 'five slow gravel passes';
    const created = await run('create', email.toUpperCase(), 'Anna Weber');
    const token = /https:\/\/kairos\.test\/reset-password#token=([\w-]{43})/.exec(created.stdout)?.[1];
    const reset = () => anonymous().post('/v1/auth/password/reset', { token, password });
    expect([(await reset()).status, (await reset()).status]).toEqual([200, 400]);

    const { json } = await requestToken({ grant_type: 'password', username: email, password });
    const rider = clientWith(json.access_token);
    expect((await rider.get('/v1/admin/users')).status).toBe(403);
    expect((await run('grant', email)).stdout).toBe(`${email} is an admin from the next request on.\n`);
    expect((await rider.get('/v1/admin/users')).status).toBe(200);
    const { id } = (await rider.get('/v1/me')).json;
    const audit = await rider.get(`/v1/admin/audit?subject_id=${id}`);
    expect(audit.json.items.map(({ action }: { action: string }) => action)).toEqual([
      'users.made_admin',
      'auth.password_reset',
      'users.create',
    ]);
  });

  test('npm run admin deletes the queued digest of a rider whom it makes a guest', async () => {
    const { id, email } = await createRider();
    const mailId = crypto.randomUUID();
    await sql`insert into outbox (id, address_hash, share, digest_rider_id, created_at, next_attempt_at)
      values (${mailId}, ${Buffer.from(mailId)}, 'digest', ${id}, now(), now() + interval '1 day')`;
    expect((await run('grant', email, '--role', 'guest')).stdout).toBe(
      `${email} is a guest from the next request on.\n`,
    );
    expect(await sql`select from outbox where id = ${mailId}`).toEqual([]);
  });

  test.each([
    ['an unknown email address', ['grant', 'nobody@example.com'], 'No account has the address'],
    ['an invalid email address', ['create', 'nobody', 'Name'], 'is not an email address'],
    ['an unknown role', ['grant', 'nobody@example.com', '--role', 'owner'], 'The role “owner” does not exist.'],
    ['an unknown option', ['grant', 'nobody@example.com', '--rol', 'admin'], "Unknown option '--rol'"],
    ['missing arguments', [], 'npm run admin --'],
  ])('npm run admin refuses %s with a readable message', async (_, args, words) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
