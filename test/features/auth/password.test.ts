import { describe, expect, test } from 'vitest';
import { call, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';

const newPassword = 'another gravel road 88';
const forgot = (email: string) => call('POST', '/v1/auth/password/forgot', { body: { email } });
const reset = (token: string, password = newPassword) =>
  call('POST', '/v1/auth/password/reset', { body: { token, password } });
const logIn = (username: string, password: string) => requestToken({ grant_type: 'password', username, password });
const refresh = (token: string) => requestToken({ grant_type: 'refresh_token', refresh_token: token });

async function mailedReset(email: string): Promise<string> {
  await forgot(email);
  return tokenIn(await mailTo(email));
}

async function mailedNext(email: string): Promise<string> {
  const earlier = (await mailsTo(email)).length;
  await forgot(email);
  return tokenIn(await mailTo(email, earlier + 1));
}

const shape = ({ status, headers, text }: Awaited<ReturnType<typeof call>>) => ({
  status,
  headers: [...headers.keys()].sort(),
  text: text.replace(/"request_id":"[^"]+"/, ''),
});

describe('forgotten passwords', () => {
  test('a reset request for a known and an unknown address gets equal responses [D1]', async () => {
    const { email } = await createRider();
    const unknown = `${crypto.randomUUID()}@example.com`;
    expect(shape(await forgot(email))).toEqual(shape(await forgot(unknown)));
    await mailTo(email);
    expect(await mailsTo(unknown)).toEqual([]);
  });

  test('a mailed reset link works once, ends every session and notifies the rider [D2, D4, T18]', async () => {
    const rider = await createRider();
    const token = await mailedReset(rider.email);
    expect((await reset(token)).status).toBe(200);
    const notice = await mailTo(rider.email, 2);
    expect(notice.subject).toBe('Your password was changed');
    expect(notice.text).toContain('API keys and linked sign-ins still work');
    expect((await logIn(rider.email, riderPassword)).status).toBe(400);
    expect((await logIn(rider.email, newPassword)).status).toBe(200);
    expect((await rider.get('/v1/me')).status).toBe(401);
    expect((await refresh(rider.refreshToken)).status).toBe(400);
    expect((await reset(token)).json.code).toBe('auth.invalid_reset');
  });

  test('only one of thirty simultaneous uses of a reset link succeeds [D2, S2]', async () => {
    const { email } = await createRider();
    const token = await mailedReset(email);
    const answers = await Promise.all(Array.from({ length: 30 }, () => reset(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(29);
  }, 60_000);

  test('a new reset request or a password change invalidates the previous link [D3]', async () => {
    const { email, post } = await createRider();
    const first = await mailedReset(email);
    await forgot(email);
    const second = tokenIn(await mailTo(email, 2));
    expect((await reset(first)).status).toBe(400);
    expect(
      (await post('/v1/auth/password/change', { current_password: riderPassword, new_password: newPassword })).status,
    ).toBe(200);
    expect((await reset(second)).status).toBe(400);
  });

  test('a reset link expires after an hour, and its token is not stored [D2]', async () => {
    const { email } = await createRider();
    setTime(new Date());
    const token = await mailedReset(email);
    const rows = JSON.stringify([await sql`select * from password_resets`, await sql`select * from outbox`]);
    expect(rows).not.toContain(token);
    advance(61, 'minutes');
    expect((await reset(token)).status).toBe(400);
  });

  test('a refused new password leaves the reset link valid', async () => {
    const { email } = await createRider();
    const token = await mailedReset(email);
    const { status, json } = await reset(token, 'password1');
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'auth.password_refused', 'password']);
    expect((await reset(token)).status).toBe(200);
  });

  test('reset requests beyond the mail limit leave the last mailed link valid [D7]', async () => {
    const { email } = await createRider();
    for (let n = 0; n < 3; n += 1) await forgot(email);
    const last = tokenIn(await mailTo(email, 3));
    for (let n = 0; n < 3; n += 1) await forgot(email);
    expect((await reset(last)).status).toBe(200);
  });

  test('strangers who use up the reset mails of a day leave a link that is valid until the next mail may be sent [D7]', async () => {
    const { email } = await createRider();
    let hours = 0;
    for (; (await mailsTo(email)).length < 10; hours += 1) {
      for (let n = 0; n < 4; n += 1) await forgot(email);
      advance(61, 'minutes');
      expect(hours).toBeLessThan(5);
    }
    advance(23 * 60 - 61 * hours, 'minutes');
    await forgot(email);
    expect(await mailsTo(email)).toHaveLength(10);
    const last = tokenIn(await mailTo(email, 10));
    expect((await reset(last, 'password1')).status).toBe(422);
    advance(61, 'minutes');
    expect((await reset(last)).status).toBe(400);
    expect((await reset(await mailedNext(email))).status).toBe(200);
  });

  test('a login in progress during a password reset does not stay signed in [D4]', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 5; round += 1) {
      const { email } = await createRider();
      const token = await mailedReset(email);
      const [answer, ...logins] = await Promise.all([
        reset(token),
        ...Array.from({ length: 3 }, () => logIn(email, riderPassword)),
      ]);
      expect(answer?.status).toBe(200);
      for (const { status, json } of logins) {
        if (status !== 200) continue;
        expect((await call('GET', '/v1/me', { token: json.access_token })).status).toBe(401);
      }
    }
  });

  test('a reset link leads to the configured host, whatever the request says [D6]', async () => {
    const { email } = await createRider();
    const headers = { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example', 'X-Forwarded-Proto': 'http' };
    await call('POST', '/v1/auth/password/forgot', { body: { email }, headers });
    const mail = await mailTo(email);
    expect(mail.links.every((link) => link.startsWith('https://kairos.test/reset-password#token='))).toBe(true);
  });
});

describe('changed passwords', () => {
  test('a password change needs the current password, ends other sessions and renews this one [D8]', async () => {
    const rider = await createRider();
    const other = (await logIn(rider.email, riderPassword)).json;
    const change = (current_password: string) =>
      rider.post('/v1/auth/password/change', { current_password, new_password: newPassword });
    expect((await change('wrong password')).status).toBe(403);
    const { status, json } = await change(riderPassword);
    expect(status).toBe(200);
    expect((await rider.get('/v1/me', { token: other.access_token })).status).toBe(401);
    expect((await refresh(other.refresh_token)).status).toBe(400);
    expect((await rider.get('/v1/me', { token: json.access_token })).status).toBe(200);
    expect((await refresh(json.refresh_token)).status).toBe(200);
    expect((await logIn(rider.email, newPassword)).status).toBe(200);
    expect((await mailTo(rider.email)).subject).toBe('Your password was changed');
  });

  test.each([
    ['too short', 'short'],
    ['too common', 'password1'],
    ['too similar to Kairos', 'KairosKa'],
    ['too long', 'x'.repeat(1_025)],
  ])('a new password that is %s is refused [B12]', async (_, new_password) => {
    const { post } = await createRider();
    const { status, json } = await post('/v1/auth/password/change', {
      current_password: riderPassword,
      new_password,
    });
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'auth.password_refused', 'new_password']);
  });
});
