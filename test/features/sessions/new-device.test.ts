import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import worker from '../../../src/worker.ts';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { mailsTo } from '../../support/mailer.ts';
import { otherWorker, password, queriesOf, recordTrips, signUp } from '../auth/sign-up.ts';

const firefox = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const safari = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1';

/** Answers after its mails are sent, so a mail that is missing afterwards will not come later. */
const { call } = otherWorker({});

type Login = { secret?: string; device?: string };

const logIn = (username: string, userAgent: string, { secret = riderPassword, device }: Login = {}) =>
  call('POST', '/v1/auth/token', {
    body: new URLSearchParams({
      grant_type: 'password',
      username,
      password: secret,
      ...(device && { device_token: device }),
    }),
    headers: { 'User-Agent': userAgent },
  });

const warningsTo = async (email: string) =>
  (await mailsTo(email)).filter(({ subject }) => subject === 'Signed in on a new device');

test('a login from a new device is mailed once, with the device and what to do', async () => {
  const { email } = await createRider();
  expect((await logIn(email, firefox)).status).toBe(200);
  await logIn(email, firefox);
  const [mail, ...more] = await warningsTo(email);
  expect(more).toEqual([]);
  expect(mail?.text).toContain('on Firefox on Android.');
  expect(mail?.text).toContain('If this was not you, reset your password');
  expect(mail?.links).toEqual([]);

  await logIn(email, safari);
  expect(await warningsTo(email)).toHaveLength(2);
});

test('a login from a new place counts as a new device, and the mail names the place', async () => {
  const { email } = await createRider();
  const from = async (city: string) => {
    const body = new URLSearchParams({ grant_type: 'password', username: email, password: riderPassword });
    const request = new Request('https://api.kairos.test/v1/auth/token', {
      method: 'POST',
      body,
      headers: { 'User-Agent': firefox },
      cf: { city, country: 'AT' },
    });
    const execution = createExecutionContext();
    expect((await worker.fetch(request, env, execution)).status).toBe(200);
    await waitOnExecutionContext(execution);
  };
  await from('Vienna');
  await from('Vienna');
  await from('Graz <b>');
  const [second, first, ...more] = await warningsTo(email);
  expect(more).toEqual([]);
  expect(first?.text).toContain('on Firefox on Android, near Vienna, AT.');
  expect(second?.html).toContain('near Graz &lt;b&gt;, AT.');
});

test('the first login of an account and repeats from its device are not mailed', async () => {
  const { email } = await signUp();
  await logIn(email, firefox, { secret: password });
  await logIn(email, firefox, { secret: password });
  expect(await warningsTo(email)).toEqual([]);
});

test("a device that sends the rider's device token is known with any User-Agent, but another rider's token does not count, but another rider's token does not count", async () => {
  const [anna, ben] = [await createRider(), await createRider()];
  const tokenOf = async (email: string): Promise<string> => (await logIn(email, '')).json.device_token;
  await logIn(anna.email, firefox, { device: await tokenOf(anna.email) });
  expect(await warningsTo(anna.email)).toEqual([]);
  await logIn(anna.email, safari, { device: await tokenOf(ben.email) });
  expect(await warningsTo(anna.email)).toHaveLength(1);
});

test('a failed login is not mailed as a new device', async () => {
  const { email } = await createRider();
  await logIn(email, firefox, { secret: 'wrong password' });
  expect(await warningsTo(email)).toEqual([]);
});

const hostile: [what: string, userAgent: string, expected: string][] = [
  ['contains markup', '<script>alert(1)</script>', 'on a device.'],
  ['is a link', 'https://evil.example/login', 'on a device.'],
  ['contains a link beside a known name', 'https://evil.example Firefox/140.0 (Windows) <b>', 'on Firefox on Windows.'],
  ['is a domain', 'evil.example', 'on a device.'],
];

test.each(hostile)('a device name that %s does not reach the mail [M2]', async (_what, agent, expected) => {
  const { email } = await createRider();
  expect((await logIn(email, agent)).status).toBe(200);
  const [mail] = await warningsTo(email);
  expect(mail?.text).toContain(expected);
  expect(JSON.stringify(mail)).not.toMatch(/evil|script|<b>/);
});

test('twenty simultaneous logins from one new device send one mail, and a later login takes two round trips', async () => {
  const { email } = await createRider();
  await Promise.all(Array.from({ length: 20 }, () => logIn(email, firefox)));
  expect(await warningsTo(email)).toHaveLength(1);
  expect(queriesOf(await recordTrips(() => logIn(email, firefox)))).toHaveLength(2);
});

test('a login from a new device is mailed even after all old sessions were deleted', async () => {
  const { id, email } = await createRider();
  await logIn(email, firefox);
  await sql`delete from sessions where user_id = ${id}`;
  const before = await warningsTo(email);
  await logIn(email, safari);
  expect(await warningsTo(email)).toHaveLength(before.length + 1);
});
