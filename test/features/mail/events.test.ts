import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { addressHash } from '../../../src/features/mail/address-hash.rules.ts';
import { purgeSuppressionsJob } from '../../../src/features/mail/suppression.job.ts';
import { call, config } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, signatureOf, tokenIn } from '../../support/mailer.ts';
import {
  comparableParts,
  freshAddress,
  otherWorker,
  password,
  queriesOf,
  recordTrips,
  verify,
} from '../auth/sign-up.ts';

/** Answers after its mails are sent, so a mail that is missing afterwards will not come later. */
const worker = otherWorker({});

const bounce = (to: string, type = 'Permanent') => ({
  type: 'email.bounced',
  created_at: '2026-11-22T23:41:12.126Z',
  data: {
    email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
    from: 'Kairos <hello@kairos.test>',
    to: [to],
    subject: 'Verify your address',
    bounce: { message: 'No such mailbox.', subType: 'General', type },
  },
});
const complaint = (to: string) => ({ type: 'email.complained', data: { to: [to] } });

async function receive(event: unknown, headers: (body: string) => Record<string, string> = signatureOf) {
  const body = JSON.stringify(event);
  return call('POST', '/v1/mail/events', { body, headers: { 'Content-Type': 'application/json', ...headers(body) } });
}

const register = (email: string) =>
  worker.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } });
const forgot = (email: string) => worker.call('POST', '/v1/auth/password/forgot', { body: { email } });

async function suppressionOf(email: string) {
  const hash = Buffer.from(addressHash(config.keys.mail[0] ?? new Uint8Array(), 'suppressed', email)).toString('hex');
  const rows = await sql`select reason, until from suppressions where encode(address_hash, 'hex') = ${hash}`;
  return rows.map(({ reason, until }) => [reason, Math.round((new Date(until).getTime() - Date.now()) / 86_400_000)]);
}

test('a permanent bounce stops mails to its address for 30 days without a visible difference', async () => {
  setTime(new Date());
  const [email, other] = [freshAddress(), freshAddress()];
  expect((await receive(bounce(email))).status).toBe(204);
  expect(await suppressionOf(email)).toEqual([['bounce', 30]]);

  expect(comparableParts(await register(email))).toEqual(comparableParts(await register(other)));
  expect([await mailsTo(email), (await mailsTo(other)).length]).toEqual([[], 1]);
  const [here, there] = [await recordTrips(() => forgot(email)), await recordTrips(() => forgot(other))].map(queriesOf);
  expect(here).toEqual(there);

  advance(29, 'days');
  await register(email);
  expect(await mailsTo(email)).toEqual([]);
  advance(2, 'days');
  await register(email);
  expect((await verify(tokenIn((await mailsTo(email))[0] ?? expect.fail('no mail')))).status).toBe(200);
});

test('a complaint stops all mails to its address for 365 days, and a later bounce does not shorten that', async () => {
  setTime(new Date());
  const rider = await createRider();
  expect((await receive(complaint(rider.email))).status).toBe(204);
  expect((await receive(bounce(rider.email))).status).toBe(204);
  expect(await suppressionOf(rider.email)).toEqual([['complaint', 365]]);
  expect((await forgot(rider.email)).status).toBe(202);
  expect(await sql`select from password_resets where user_id = ${rider.id}`).toEqual([]);
  expect((await rider.delete('/v1/me')).status).toBe(204);
  expect(await mailsTo(rider.email)).toEqual([]);
  expect(await suppressionOf(rider.email)).toEqual([['complaint', 365]]);
});

test('a suppressed address is found in any spelling and stored only as a keyed hash', async () => {
  const email = freshAddress();
  await receive(complaint(`Anna <${email.toUpperCase()}>`));
  await register(email);
  expect(await mailsTo(email)).toEqual([]);
  const rows = JSON.stringify(await sql`select s::text from suppressions s union all select a::text from audit a`);
  expect(rows).toContain('mail.suppressed');
  expect(rows).not.toContain(email);
});

test('a suppression still applies while TOKEN_SECRET is rotated', async () => {
  const email = freshAddress();
  await receive(complaint(email));
  const rotated = otherWorker({ TOKEN_SECRET: `${'n'.repeat(43)},${env.TOKEN_SECRET}` });
  await rotated.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } });
  expect(await mailsTo(email)).toEqual([]);
});

test('mail events of other kinds, transient bounces and unknown shapes are ignored', async () => {
  const email = freshAddress();
  for (const event of [
    { type: 'email.delivered', data: { to: [email] } },
    { type: 'contact.created', data: { email } },
    { type: 'email.of_tomorrow', data: { to: email, bounce: 7 } },
    bounce(email, 'Transient'),
    bounce(email, 'Undetermined'),
    { type: 'email.complained', data: { to: email } },
    { type: 'email.complained', data: { to: ['nobody'] } },
    { type: 'email.complained', data: {} },
  ])
    expect((await receive(event)).status).toBe(204);
  expect(await suppressionOf(email)).toEqual([]);
});

test('a mail event sent twice has one effect', async () => {
  setTime(new Date());
  const email = freshAddress();
  const event = bounce(email);
  const headers = signatureOf(JSON.stringify(event));
  for (let n = 0; n < 2; n += 1) expect((await receive(event, () => headers)).status).toBe(204);
  expect(await suppressionOf(email)).toEqual([['bounce', 30]]);
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const without = (name: string) => (body: string) =>
  Object.fromEntries(Object.entries(signatureOf(body)).filter(([each]) => each !== name));

const forged: [what: string, headers: (body: string) => Record<string, string>][] = [
  ['no signature headers', () => ({})],
  ['no id', without('svix-id')],
  ['no timestamp', without('svix-timestamp')],
  ['no signature', without('svix-signature')],
  ['another secret', (body) => signatureOf(body, { secret: `whsec_${btoa('x'.repeat(24))}` })],
  ['another body', (body) => signatureOf(`${body} `)],
  ['another id', (body) => ({ ...signatureOf(body), 'svix-id': 'msg_2' })],
  ['another time', (body) => ({ ...signatureOf(body), 'svix-timestamp': String(Math.floor(Date.now() / 1_000) + 1) })],
  ['a signature six minutes old', (body) => signatureOf(body, { at: minutesAgo(6) })],
  ['a signature six minutes in the future', (body) => signatureOf(body, { at: minutesAgo(-6) })],
  ['an invalid timestamp', (body) => ({ ...signatureOf(body), 'svix-timestamp': 'now' })],
  [
    'another version',
    (body) => ({ ...signatureOf(body), 'svix-signature': signatureOf(body)['svix-signature'].replace('v1', 'v2') }),
  ],
  ['an empty signature', (body) => ({ ...signatureOf(body), 'svix-signature': 'v1,' })],
];

test.each(forged)('a mail event with %s answers 401 and has no effect', async (_what, headers) => {
  const email = freshAddress();
  const { status, json } = await receive(complaint(email), headers);
  expect([status, json.code]).toEqual([401, 'mail.invalid_signature']);
  expect(await suppressionOf(email)).toEqual([]);
});

test('a mail event with one valid signature among several is accepted', async () => {
  const email = freshAddress();
  const several = (body: string) => {
    const own = signatureOf(body);
    const other = signatureOf(body, { secret: `whsec_${btoa('x'.repeat(24))}` });
    return { ...own, 'svix-signature': `${other['svix-signature']} ${own['svix-signature']}` };
  };
  expect((await receive(complaint(email), several)).status).toBe(204);
  expect(await suppressionOf(email)).toEqual([['complaint', 365]]);
});

test('mail events answer 404 if no secret is configured, even when signed with an empty one', async () => {
  const off = otherWorker({ RESEND_WEBHOOK_SECRET: undefined });
  const body = complaint(freshAddress());
  for (const headers of [
    signatureOf(JSON.stringify(body)),
    signatureOf(JSON.stringify(body), { secret: 'whsec_AA==' }),
  ]) {
    const { status, json } = await off.call('POST', '/v1/mail/events', { body, headers });
    expect([status, json.code]).toEqual([404, 'mail.events_off']);
  }
});

test('cron deletes expired suppressions', async () => {
  const [over, holding] = [freshAddress(), freshAddress()];
  await receive(bounce(over));
  await receive(complaint(holding));
  const hash = Buffer.from(addressHash(config.keys.mail[0] ?? new Uint8Array(), 'suppressed', over)).toString('hex');
  await sql`update suppressions set until = ${minutesAgo(1).toISOString()} where encode(address_hash, 'hex') = ${hash}`;
  await worker.run(purgeSuppressionsJob);
  expect([await suppressionOf(over), (await suppressionOf(holding)).length]).toEqual([[], 1]);
});
