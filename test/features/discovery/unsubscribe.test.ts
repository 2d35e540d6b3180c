import { beforeEach, expect, test, vi } from 'vitest';
import { mailDigestsJob } from '../../../src/features/discovery/digest.job.ts';
import { makeUnsubscribeToken } from '../../../src/lib/unsubscribe-token.ts';
import { createLog } from '../../../src/log.ts';
import { apiUrl, type Call, call, config } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { createRider, freshToken, type Rider } from '../../support/factories.ts';
import { mailTo } from '../../support/mailer.ts';
import { brokenMailProvider, comparableParts, otherWorker, register } from '../auth/sign-up.ts';
import {
  createMeeting,
  digestCount,
  digestsTo,
  mailedCountOf,
  queuedMailsTo,
  runDigests,
  turnOffAllDigests,
} from './digest.ts';

beforeEach(turnOffAllDigests);

const tokenOf = (rider: Pick<Rider, 'id'>) => makeUnsubscribeToken(config.keys.unsubscribe, rider.id);
const addressOf = (token: string) => `/v1/mail/unsubscribe?token=${token}`;
const ridersNearOf = async (rider: Rider) =>
  (await rider.get('/v1/me', { token: await freshToken(rider) })).json.riders_near as string;

/** The two forms of the request in RFC 8058 section 3.2. */
const oneClick: [form: string, sent: Call][] = [
  ['as a form', { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }],
  [
    'as multipart data',
    {
      body: '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    },
  ],
];

test.each(oneClick)(
  'a digest names its one-click address, and a POST to it %s turns digests off [M3]',
  async (_form, sent) => {
    setTime(new Date());
    const { anna } = await createMeeting();
    await runDigests();
    const [mail] = await digestsTo(anna);
    const { 'List-Unsubscribe': link = '', ...others } = mail?.headers ?? {};
    expect(others).toEqual({ 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' });
    const url = new URL(/^<(https:[^<>]+)>$/.exec(link)?.[1] ?? expect.fail(`no link: ${link}`));
    expect([url.origin, url.pathname]).toEqual([apiUrl, '/v1/mail/unsubscribe']);
    expect(mail?.links.join()).not.toContain('unsubscribe');

    expect((await call('POST', url.href, sent)).status).toBe(204);
    expect(await ridersNearOf(anna)).toBe('never');
    advance(8, 'days');
    await runDigests();
    expect(await digestCount(anna)).toBe(1);
  },
);

test('other mails than digests have no List-Unsubscribe header', async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  await register({ email });
  expect((await mailTo(email)).headers).toEqual({});
});

test('unsubscribing deletes a waiting digest', async () => {
  const { anna, mine } = await createMeeting();
  await otherWorker(brokenMailProvider).run(mailDigestsJob);
  expect((await call('POST', addressOf(tokenOf(anna)))).status).toBe(204);
  expect([(await queuedMailsTo(anna)).length, await mailedCountOf(mine.id)]).toEqual([0, 0]);
});

test('an unsubscribe request gets the same response when repeated, from a rider without digests, and for a deleted account [M3]', async () => {
  const [{ anna }, other, gone] = [await createMeeting(), await createRider(), await createRider()];
  await gone.delete('/v1/me');
  const answers = [];
  for (const rider of [anna, anna, other, gone])
    answers.push(comparableParts(await call('POST', addressOf(tokenOf(rider)))));
  expect(answers.map((answer) => ({ ...answer, status: 204, text: '' }))).toEqual(answers);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  const version = (await anna.get('/v1/me')).json.version;
  await call('POST', addressOf(tokenOf(anna)));
  expect((await anna.get('/v1/me')).json.version).toBe(version);
});

test('opening the unsubscribe link, as mail scanners do, changes and shows nothing [M3]', async () => {
  const { anna } = await createMeeting();
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
    const { text } = await call(method, addressOf(tokenOf(anna)));
    for (const word of [anna.id, anna.email, anna.name]) expect(text).not.toContain(word);
  }
  const { status, headers } = await call('GET', addressOf(tokenOf(anna)));
  expect([status, headers.get('Allow')]).toEqual([405, 'POST']);
  expect(await ridersNearOf(anna)).toBe('weekly');
});

test('a forged, foreign or altered unsubscribe token has no effect [M3]', async () => {
  const [{ anna }, ben] = [await createMeeting(), await createRider()];
  const token = tokenOf(anna);
  const [, , mac] = tokenOf(ben).split('.');
  const forged = [
    `u1.${anna.id}.${mac}`,
    token.slice(0, -1),
    `${token}A`,
    token.toUpperCase(),
    token.replace('u1', 'd1'),
    makeUnsubscribeToken(config.keys.device, anna.id),
    makeUnsubscribeToken([new Uint8Array(32)], anna.id),
    anna.token,
    '',
  ];
  for (const each of forged) {
    const { status, json } = await call('POST', addressOf(encodeURIComponent(each)), { token: anna.token });
    expect([status, json.code], each).toEqual(
      each.length > 200 ? [422, 'http.invalid'] : [404, 'mail.unknown_unsubscribe'],
    );
  }
  expect((await call('POST', '/v1/mail/unsubscribe')).status).toBe(422);
  expect(await ridersNearOf(anna)).toBe('weekly');
});

test('an unsubscribe token gives access to nothing else [M3]', async () => {
  const { anna } = await createMeeting();
  const token = tokenOf(anna);
  expect((await call('GET', '/v1/me', { token })).status).toBe(401);
  expect((await call('GET', `/v1/me?token=${token}`)).status).toBe(401);
  for (const path of ['/v1/auth/verify-email', '/v1/auth/password/reset']) {
    const { status } = await call('POST', path, {
      body: { token, ...(path.endsWith('reset') && { password: 'five slow gravel passes' }) },
    });
    expect(status, path).toBe(400);
  }
});

test('an unsubscribe token is never logged [O8]', async () => {
  const { anna } = await createMeeting();
  const token = tokenOf(anna);
  const spies = (['info', 'warn', 'error', 'log'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  await runDigests();
  await call('POST', addressOf(token));
  await call('GET', addressOf(token));
  await call('POST', addressOf(`${token}x`));
  await otherWorker({ DATABASE_ENDPOINT: `${config.mail.baseUrl}/nowhere` }).call('POST', addressOf(token));
  createLog('request')('error', 'failed', { message: `cannot post to ${addressOf(token)}` });
  const lines = spies.flatMap((spy) => spy.mock.calls.map((args) => args.map(String).join(' ')));
  for (const spy of spies) spy.mockRestore();
  expect(lines.filter((line) => line.includes('/v1/mail/unsubscribe')).length).toBeGreaterThanOrEqual(4);
  expect(lines.join('\n')).not.toContain(token);
});
