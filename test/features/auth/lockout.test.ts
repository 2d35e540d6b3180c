import { describe, expect, test } from 'vitest';
import { call, nextNetwork, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import { otherWorker } from './sign-up.ts';

const logIn = (username: string, password: string, options: { network?: string; device?: string } = {}) =>
  requestToken(
    { grant_type: 'password', username, password, ...(options.device && { device_token: options.device }) },
    { network: options.network },
  );

const failuresOf = async (userId: string): Promise<number> => {
  const [row] = await sql`select failures from attempts where key = ${`account:${userId}`}`;
  return row?.failures ?? 0;
};

describe('configured limits [B4]', () => {
  const logInAt =
    (worker: ReturnType<typeof otherWorker>) =>
    async (username: string, password: string): Promise<number> => {
      const body = new URLSearchParams({ grant_type: 'password', username, password });
      return (await worker.call('POST', '/v1/auth/token', { body })).status;
    };

  test('an account locks at the configured number of failures for the configured time', async () => {
    const strict = logInAt(
      otherWorker({ LOCKOUT_ACCOUNT_FAILURES: '2', LOCKOUT_FIRST_WAIT_S: '7200', LOCKOUT_LONGEST_WAIT_S: '10800' }),
    );
    const { email } = await createRider();
    setTime(new Date());
    for (let n = 0; n < 2; n += 1) await strict(email, 'wrong password');
    expect(await strict(email, riderPassword)).toBe(400);
    advance(119, 'minutes');
    expect(await strict(email, riderPassword)).toBe(400);
    advance(2, 'minutes');
    expect(await strict(email, 'wrong password')).toBe(400);
    // The second wait would be four hours; LOCKOUT_LONGEST_WAIT_S limits it to three.
    advance(181, 'minutes');
    expect(await strict(email, riderPassword)).toBe(200);
  });

  test('an account stays locked without end after the configured maximum number of failures', async () => {
    const strict = logInAt(
      otherWorker({ LOCKOUT_ACCOUNT_FAILURES: '2', LOCKOUT_MAX_FAILURES: '3', LOCKOUT_FIRST_WAIT_S: '1' }),
    );
    const { email } = await createRider();
    setTime(new Date());
    for (let n = 0; n < 3; n += 1) {
      await strict(email, 'wrong password');
      advance(2, 'seconds');
    }
    advance(20, 'days');
    expect(await strict(email, riderPassword)).toBe(400);
  });

  test('a network locks at the configured number of failures', async () => {
    const strict = otherWorker({ LOCKOUT_NETWORK_FAILURES: '3' });
    const [{ email }, network] = [await createRider(), nextNetwork()];
    const statusOfLogin = async (username: string) => {
      const body = new URLSearchParams({ grant_type: 'password', username, password: riderPassword });
      return (await strict.call('POST', '/v1/auth/token', { body, headers: { 'CF-Connecting-IP': network } })).status;
    };
    expect(await statusOfLogin(email)).toBe(200);
    for (let n = 0; n < 3; n += 1) await statusOfLogin(`${crypto.randomUUID()}@example.com`);
    expect(await statusOfLogin(email)).toBe(400);
  });
});

describe('locked accounts [B4]', () => {
  test('a locked account refuses the right password like a wrong one and accepts it after the wait', async () => {
    const [{ email }, network] = [await createRider(), nextNetwork()];
    setTime(new Date());
    for (let n = 0; n < 5; n += 1) expect((await logIn(email, 'wrong password', { network })).status).toBe(400);
    const [locked, wrong] = [
      await logIn(email, riderPassword, { network }),
      await logIn(email, 'wrong password', { network }),
    ];
    expect(locked.status).toBe(400);
    expect(locked.text).toBe(wrong.text);
    advance(31, 'minutes');
    expect((await logIn(email, riderPassword, { network })).status).toBe(200);
    expect((await logIn(email, 'wrong password', { network })).status).toBe(400);
    expect((await logIn(email, riderPassword, { network })).status).toBe(200);
  });

  test('a rider gets only one mail about the lock, however many wrong passwords follow', async () => {
    const { email } = await createRider();
    // The call answers after its mails are sent, so a mail that is missing now will not come later.
    const worker = otherWorker({});
    const wrong = { grant_type: 'password', username: email, password: 'wrong password' };
    for (let n = 0; n < 8; n += 1) await worker.call('POST', '/v1/auth/token', { body: new URLSearchParams(wrong) });
    expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual(['Your account is locked for a while']);
  });

  test('after a hundred failures the account accepts no password from an unknown device until a password reset', async () => {
    const { id, email } = await createRider();
    await sql`insert into attempts (key, failures, last_at, was_locked) values (${`account:${id}`}, 99, now(), false)`;
    await logIn(email, 'wrong password');
    setTime(new Date());
    advance(20, 'days');
    expect((await logIn(email, riderPassword)).status).toBe(400);
    await call('POST', '/v1/auth/password/forgot', { body: { email } });
    const token = (await mailTo(email)).links[0]?.split('#token=')[1];
    const password = 'another gravel road 88';
    expect((await call('POST', '/v1/auth/password/reset', { body: { token, password } })).status).toBe(200);
    expect((await logIn(email, password)).status).toBe(200);
  });
});

test('forty simultaneous wrong passwords are all counted and lock the account [B3, P4, S14]', async () => {
  const { id, email } = await createRider();
  const answers = await Promise.all(Array.from({ length: 40 }, () => logIn(email, 'wrong password')));
  expect(answers.every(({ status }) => status === 400)).toBe(true);
  expect(await failuresOf(id)).toBe(40);
  expect((await logIn(email, riderPassword)).status).toBe(400);
}, 60_000);

test('a known device can log in while a stranger keeps the account locked [B5]', async () => {
  const { email } = await createRider();
  const { json } = await logIn(email, riderPassword);
  expect(json.device_token).toMatch(/^d1\./);
  for (let n = 0; n < 7; n += 1) await logIn(email, 'wrong password');
  expect((await logIn(email, riderPassword)).status).toBe(400);
  expect((await logIn(email, riderPassword, { device: json.device_token })).status).toBe(200);
});

test("another rider's device token or a forged one does not open a locked account [B5]", async () => {
  const [anna, ben] = [await createRider(), await createRider()];
  const { json } = await logIn(ben.email, riderPassword);
  for (let n = 0; n < 6; n += 1) await logIn(anna.email, 'wrong password');
  for (const device of [json.device_token, json.device_token.replace(ben.id, anna.id), 'd1.x'])
    expect((await logIn(anna.email, riderPassword, { device })).status).toBe(400);
});

test('a successful login clears only the failures of its own network [B7]', async () => {
  const { id, email } = await createRider();
  const [home, elsewhere] = [nextNetwork(), nextNetwork()];
  await logIn(email, 'wrong password', { network: elsewhere });
  await logIn(email, 'wrong password', { network: elsewhere });
  await logIn(email, 'wrong password', { network: home });
  expect((await logIn(email, riderPassword, { network: home })).status).toBe(200);
  expect(await failuresOf(id)).toBe(2);
});

test('a network that guesses at many accounts is locked, except for a known device in it [B8]', async () => {
  const { email } = await createRider();
  const device = (await logIn(email, riderPassword)).json.device_token;
  const network = nextNetwork();
  for (let n = 0; n < 51; n += 1) await logIn(`${crypto.randomUUID()}@example.com`, 'wrong password', { network });
  expect((await logIn(email, riderPassword, { network })).status).toBe(400);
  expect((await logIn(email, riderPassword, { network, device })).status).toBe(200);
  expect((await logIn(email, riderPassword)).status).toBe(200);
}, 60_000);

test('a rider with an open session can reauthenticate while a stranger locks the account [B5]', async () => {
  const { email, post } = await createRider();
  for (let n = 0; n < 7; n += 1) await logIn(email, 'wrong password');
  expect((await logIn(email, riderPassword)).status).toBe(400);
  expect((await post('/v1/auth/reauthenticate', { password: riderPassword })).status).toBe(200);
});

test('all device tokens of one account share one count of failures [B4]', async () => {
  const { email } = await createRider();
  const devices: string[] = [];
  for (let n = 0; n < 3; n += 1) devices.push((await logIn(email, riderPassword)).json.device_token);
  for (let n = 0; n < 6; n += 1) await logIn(email, 'wrong password', { device: devices[n % 3] ?? '' });
  for (const device of devices) expect((await logIn(email, riderPassword, { device })).status).toBe(400);
});

test('a password reset by mail unlocks the account, even for a device that is locked itself [B5]', async () => {
  const { email } = await createRider();
  const { device_token: device } = (await logIn(email, riderPassword)).json;
  for (let n = 0; n < 8; n += 1) await logIn(email, 'wrong password', { device });
  await call('POST', '/v1/auth/password/forgot', { body: { email } });
  const token = tokenIn(await mailTo(email, 2));
  const password = 'another gravel road 88';
  expect((await call('POST', '/v1/auth/password/reset', { body: { token, password } })).status).toBe(200);
  expect((await logIn(email, password, { device })).status).toBe(200);
});

test('wrong passwords in a password change or reauthentication count towards the lock [B6]', async () => {
  const { id, email, post } = await createRider();
  const wrong = { current_password: 'wrong password', new_password: 'another gravel road 88' };
  for (let n = 0; n < 3; n += 1)
    expect((await post('/v1/auth/password/change', wrong)).json.code).toBe('auth.wrong_password');
  for (let n = 0; n < 2; n += 1)
    expect((await post('/v1/auth/reauthenticate', { password: 'wrong password' })).json.code).toBe(
      'auth.wrong_password',
    );
  expect(await failuresOf(id)).toBe(5);
  expect((await logIn(email, riderPassword)).status).toBe(400);
  expect((await post('/v1/auth/reauthenticate', { password: riderPassword })).status).toBe(403);
});
