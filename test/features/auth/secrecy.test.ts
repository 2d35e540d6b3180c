import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { anonymous, type Call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';
import { brokenMailProvider, freshAddress, freshUsername, otherWorker } from './sign-up.ts';

const levels = ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const;

/** What the Worker writes to its log while `work` runs. */
async function logOf(work: () => Promise<unknown>): Promise<string[]> {
  const spies = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
  try {
    await work();
    return spies.flatMap((spy) => spy.mock.calls.map((args) => args.map(String).join(' ')));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const form = (fields: Record<string, string>): Call => ({ body: new URLSearchParams(fields) });

test("the log of a rider's first day contains no password, token, address, username or name [O8]", async () => {
  const [email, username, password, name] = [
    freshAddress(),
    freshUsername(),
    'Canary pass at 2,757 m',
    'Canary Berger',
  ];
  const { call } = otherWorker({});
  const secrets = [email, email.split('@')[0] ?? '', username, password, name, 'Wrong canary', '192.0.2.77'];

  const records = await logOf(async () => {
    const headers = { 'CF-Connecting-IP': '192.0.2.77' };
    await call('POST', '/v1/auth/register', { body: { email, username, password, name }, headers });
    await call('POST', '/v1/auth/register', { body: { email, password: 'short', name } });
    await call('POST', '/v1/auth/token', form({ grant_type: 'password', username: email, password }));
    const token = tokenIn(await mailTo(email));
    await call('POST', '/v1/auth/verify-email', { body: { token } });
    await call('POST', '/v1/auth/verify-email', { body: { token } });
    await call('POST', '/v1/auth/register', { body: { email, password, name } });
    await call('POST', '/v1/auth/token', form({ grant_type: 'password', username: email, password: 'Wrong canary' }));
    const first = (await call('POST', '/v1/auth/token', form({ grant_type: 'password', username, password }))).json;
    const renew = async (refreshToken: string) =>
      (await call('POST', '/v1/auth/token', form({ grant_type: 'refresh_token', refresh_token: refreshToken }))).json;
    const second = await renew(first.refresh_token);
    const third = await renew(second.refresh_token);
    await call('GET', '/v1/me', { token: third.access_token });
    await call('GET', `/v1/me?access_token=${third.access_token}`);
    await call('POST', `/v1/auth/token?refresh_token=${third.refresh_token}`, form({ grant_type: 'refresh_token' }));
    await renew(first.refresh_token);
    await call('POST', '/v1/auth/logout', { body: { refresh_token: third.refresh_token } });
    for (const each of [first, second, third]) secrets.push(each.access_token, each.refresh_token);
    secrets.push(token);
  });

  expect(records.length).toBeGreaterThan(14);
  for (const record of records) expect(JSON.parse(record)).toMatchObject({ event: expect.any(String) });
  for (const secret of secrets) expect(records.join('\n')).not.toContain(secret);
  const audit = JSON.stringify(await sql`select a::text from audit a`);
  for (const secret of secrets) expect(audit).not.toContain(secret);
});

const outages: [what: string, bindings: Partial<Record<keyof Env, string>>][] = [
  ['the database', { DATABASE_ENDPOINT: `${env.RESEND_BASE_URL}/nowhere` }],
  ['the mail provider', brokenMailProvider],
];

test.each(outages)(
  'when %s fails, the log contains no secrets and the response no internal details [O8, T19]',
  async (_what, bindings) => {
    const { email, refreshToken } = await createRider();
    const [fresh, password, name] = [freshAddress(), 'Canary pass at 2,757 m', 'Canary Berger'];
    const { call } = otherWorker(bindings);
    const answers: string[] = [];
    const records = await logOf(async () => {
      for (const [path, options] of [
        ['/v1/auth/register', { body: { email: fresh, password, name } }],
        ['/v1/auth/register', { body: { email, password, name } }],
        ['/v1/auth/verify-email', { body: { token: 'canary-token-of-forty-three-characters-0000' } }],
        ['/v1/auth/verify-email/resend', { body: { email: fresh } }],
        ['/v1/auth/token', form({ grant_type: 'password', username: email, password: riderPassword })],
        ['/v1/auth/token', form({ grant_type: 'refresh_token', refresh_token: refreshToken })],
      ] as const) {
        const { status, text } = await call('POST', path, options);
        expect([200, 202, 400, 503]).toContain(status);
        answers.push(text);
      }
    });
    expect(records.some((record) => /"level":"(warn|error)"/.test(record))).toBe(true);
    for (const secret of [email, fresh, password, name, riderPassword, refreshToken, 'canary-token', '$argon2']) {
      expect(records.join('\n')).not.toContain(secret);
    }
    for (const answer of answers)
      expect(answer).not.toMatch(/select|insert|neon|drizzle|postgres|\bat \/|stack|nowhere/i);
  },
);

test('error messages contain no exception, SQL or constraint name [T19]', async () => {
  const username = freshUsername();
  const rider = await createRider({ username });
  const other = await createRider();
  const answers = [
    await other.patch('/v1/me', { username }),
    await anonymous().post('/v1/auth/verify-email', { token: 'x' }),
    await anonymous().post('/v1/auth/register', '{"email":', { headers: { 'Content-Type': 'application/json' } }),
    await anonymous().post('/v1/auth/register', 'text', { headers: { 'Content-Type': 'text/plain' } }),
    await anonymous().post('/v1/auth/register', { email: 7 }),
    await rider.get('/v1/users/x'),
    await rider.get(`/v1/users/${crypto.randomUUID()}`),
    await rider.get('/v1/me', { headers: { Authorization: 'Bearer x' } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([409, 400, 400, 415, 422, 422, 404, 401]);
  for (const { text, headers } of answers) {
    expect(text).not.toMatch(/error:|exception|select|insert|constraint|users_|zod|jose|drizzle|neon|at \/|\.ts/i);
    expect(headers.get('Content-Type')).toContain('application/problem+json');
  }
});
