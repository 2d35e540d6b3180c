import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack } from '../bench/stack.ts';

/** A database of its own: whoever is an admin in it counts. */
let stack: Awaited<ReturnType<typeof startStack>>;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const password = 'five slow gravel passes';

type Admin = { id: string; email: string; token: string };

async function logIn(email: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', username: email, password }).toString();
  const type = 'application/x-www-form-urlencoded';
  const { text } = await stack.send('POST', '/v1/auth/token', { type, body });
  return JSON.parse(text).access_token;
}

async function createAdmin(): Promise<Admin> {
  const email = `${crypto.randomUUID()}@example.com`;
  await stack.send('POST', '/v1/auth/register', { body: JSON.stringify({ email, password, name: 'Admin' }) });
  const verified = async () => {
    const mail = stack.inbox.messages().find(({ to }) => to === email);
    const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
    if (!token) throw new Error('no mail yet');
    await stack.send('POST', '/v1/auth/verify-email', { body: JSON.stringify({ token }) });
  };
  await expect
    .poll(
      () =>
        verified().then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  await stack.makeAdmin(email);
  const token = await logIn(email);
  const { id } = JSON.parse((await stack.send('GET', '/v1/me', { token })).text);
  return { id, email, token };
}

const change = ({ token }: Admin, { id }: Admin, body: unknown) =>
  stack.send('PATCH', `/v1/admin/users/${id}`, { token, body: JSON.stringify(body) });
const leave = ({ token }: Admin) => stack.send('DELETE', '/v1/me', { token });

async function adminsLeft(candidates: readonly Admin[]): Promise<number> {
  const answers = await Promise.all(
    candidates.map(async ({ email }) => stack.send('GET', '/v1/admin/users', { token: await logIn(email) })),
  );
  return answers.filter(({ status }) => status === 200).length;
}

describe('the last admin', () => {
  test('H9, S15: stays when two demote, disable or leave at once; exactly one of them does', async () => {
    let [a, b] = [await createAdmin(), await createAdmin()];
    const ways = [
      ...Array.from({ length: 20 }, () => () => [change(a, b, { role: 'user' }), change(b, a, { role: 'guest' })]),
      ...Array.from({ length: 3 }, () => () => [change(a, b, { disabled: true }), change(b, a, { disabled: true })]),
      ...Array.from({ length: 3 }, () => () => [change(a, a, { role: 'user' }), change(b, b, { disabled: true })]),
      () => [leave(a), leave(b)],
    ];
    for (const [round, way] of ways.entries()) {
      const answers = await Promise.all(way());
      const statuses = answers.map(({ status }) => status);
      expect(
        statuses.filter((status) => status < 300),
        `round ${round}: ${statuses}`,
      ).toHaveLength(1);
      if (round >= 20) expect(await adminsLeft([a, b]), `round ${round}`).toBe(1);
      if (round === ways.length - 1) return;
      await stack.makeAdmin(a.email);
      await stack.makeAdmin(b.email);
      if (round >= 19)
        [a, b] = [
          { ...a, token: await logIn(a.email) },
          { ...b, token: await logIn(b.email) },
        ];
    }
  });

  test('H9: is told so, and can go once there is another', async () => {
    const [kept, spare] = [await createAdmin(), await createAdmin()];
    const { text } = await stack.send('GET', '/v1/admin/users?role=admin', { token: kept.token });
    for (const { id } of JSON.parse(text).items as { id: string }[])
      if (id !== kept.id) await change(kept, { ...spare, id }, { role: 'user' });

    for (const answer of [
      await change(kept, kept, { role: 'user' }),
      await change(kept, kept, { disabled: true }),
      await leave(kept),
    ])
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([409, 'users.last_admin']);

    expect((await change(kept, spare, { role: 'admin' })).status).toBe(200);
    expect((await leave(kept)).status).toBe(204);
  });
});

describe('npm run admin', () => {
  const run = async (...args: string[]) => {
    const env = {
      ...process.env,
      DATABASE_OWNER_URL: 'postgresql://postgres:local@localhost/kairos',
      DATABASE_ENDPOINT: stack.databaseEndpoint,
      WEB_URL: 'https://kairos.test',
    };
    const child = await promisify(execFile)(process.execPath, ['local/admin.ts', ...args], { env }).catch(
      (error) => error,
    );
    return { code: child.code ?? 0, stdout: child.stdout as string, stderr: child.stderr as string };
  };

  test('creates a rider from the shell, who sets a password with the link once, and is made an admin', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const created = await run('create', email.toUpperCase(), 'Anna Berger');
    const token = /https:\/\/kairos\.test\/reset-password#token=([\w-]{43})/.exec(created.stdout)?.[1];
    const reset = () => stack.send('POST', '/v1/auth/password/reset', { body: JSON.stringify({ token, password }) });
    expect([(await reset()).status, (await reset()).status]).toEqual([200, 400]);

    const session = { token: await logIn(email) };
    expect((await stack.send('GET', '/v1/admin/users', session)).status).toBe(403);
    expect((await run('grant', email)).stdout).toBe(`${email} is an admin from the next request on.\n`);
    expect((await stack.send('GET', '/v1/admin/users', session)).status).toBe(200);
    const { id } = JSON.parse((await stack.send('GET', '/v1/me', session)).text);
    const { text } = await stack.send('GET', `/v1/admin/audit?subject_id=${id}`, session);
    expect(JSON.parse(text).items.map(({ action }: { action: string }) => action)).toEqual([
      'users.made_admin',
      'auth.password_reset',
      'users.create',
    ]);
  });

  test.each([
    ['an address that nobody has', ['grant', 'nobody@example.com'], 'Nobody has the address'],
    ['what is no address', ['create', 'nobody', 'Name'], 'is not an address'],
    ['a role that there is not', ['grant', 'nobody@example.com', '--role', 'owner'], 'npm run admin --'],
    ['nothing', [], 'npm run admin --'],
  ])('refuses %s in a sentence', async (_, args, words) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
