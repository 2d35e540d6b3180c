import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { deliverMailsJob } from '../../../src/features/mail/outbox.job.ts';
import { hmacSha256 } from '../../../src/lib/keys.ts';
import { config } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  brokenMailProvider,
  comparableParts,
  freshAddress,
  logIn,
  otherWorker,
  password,
  queriesOf,
  recordTrips,
  verify,
} from '../auth/sign-up.ts';

const working = otherWorker({});
const failing = otherWorker(brokenMailProvider);
const unreachable = otherWorker({ RESEND_BASE_URL: 'http://127.0.0.1:1' });

const signUpBody = (email: string) => ({ body: { email, password, name: 'Anna' } });

const hashOf = (email: string) => Buffer.from(hmacSha256(config.keys.mail[0] ?? new Uint8Array(), `request:${email}`));

/** The unsent mail to an address. */
async function waitingFor(email: string): Promise<{ id: string; sealed: string }> {
  const [mail] =
    await sql`select id, encode(sealed, 'hex') as sealed from outbox where sent_at is null and address_hash = ${hashOf(email)}`;
  if (!mail) throw new Error(`no mail waits for ${email}`);
  return { id: mail.id, sealed: mail.sealed };
}

/** The idempotency keys of mails handed to the provider while `work` runs. */
async function sendsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const watched = vi.spyOn(globalThis, 'fetch');
  try {
    await work();
    return watched.mock.calls.flatMap(([input, init]) =>
      String(input).endsWith('/emails') ? [new Headers(init?.headers).get('Idempotency-Key') ?? 'none'] : [],
    );
  } finally {
    watched.mockRestore();
  }
}

test('a failing mail provider changes neither the response nor the work before it [M5]', async () => {
  const trips = async (worker: typeof working, answers: unknown[]) =>
    queriesOf(
      await recordTrips(async () => {
        answers.push(comparableParts(await worker.call('POST', '/v1/auth/register', signUpBody(freshAddress()))));
      }),
    );
  const answers: unknown[] = [];
  const [up, down, away] = [
    await trips(working, answers),
    await trips(failing, answers),
    await trips(unreachable, answers),
  ];
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  // Marking the mail as sent is all that is missing.
  expect([down, away]).toEqual([up.slice(0, 2), up.slice(0, 2)]);
});

test('a mail that the provider refused is delivered once by a later cron run, and its link works [M4]', async () => {
  const email = freshAddress();
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  expect(await mailsTo(email)).toEqual([]);
  advance(1, 'hours');
  await working.run(deliverMailsJob);
  await working.run(deliverMailsJob);
  advance(1, 'hours');
  await working.run(deliverMailsJob);

  expect(await mailsTo(email)).toHaveLength(1);
  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  expect((await logIn(email)).status).toBe(200);
});

/** A provider that answers like this, or never; time limits are over at once. */
async function withProvider(answer: () => Promise<Response>, work: () => Promise<unknown>): Promise<void> {
  const [real, timer] = [globalThis.fetch, globalThis.setTimeout];
  const spies = [
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
      return String(input).endsWith('/emails') ? answer() : real(input, init);
    }),
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms) => timer(run, ms === 10_000 ? 10 : ms)),
  ];
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const refusal = (statusCode: number, name: string) => async () =>
  Response.json({ statusCode, name, message: name }, { status: statusCode });

const faults: [what: string, answer: () => Promise<Response>][] = [
  ['429', refusal(429, 'rate_limit_exceeded')],
  ['500', refusal(500, 'application_error')],
  ['503 without JSON', async () => new Response('<h1>away</h1>', { status: 503 })],
  ['a broken connection', () => Promise.reject(new TypeError('connection lost'))],
  ['no answer in time', () => new Promise(() => undefined)],
];

test.each(faults)(
  'after %s from the mail provider the response is the same, and the mail is sent once later [M4, M5]',
  async (_what, answer) => {
    const [email, other] = [freshAddress(), freshAddress()];
    const usual = comparableParts(await working.call('POST', '/v1/auth/register', signUpBody(other)));
    await withProvider(answer, async () => {
      expect(comparableParts(await working.call('POST', '/v1/auth/register', signUpBody(email)))).toEqual(usual);
    });
    expect(await mailsTo(email)).toEqual([]);
    advance(1, 'hours');
    await working.run(deliverMailsJob);
    await working.run(deliverMailsJob);
    expect(await mailsTo(email)).toHaveLength(1);
  },
);

test('eight simultaneous cron runs hand each mail to the provider once [M4, S17]', async () => {
  const emails = [freshAddress(), freshAddress(), freshAddress()];
  for (const email of emails) await failing.call('POST', '/v1/auth/register', signUpBody(email));
  const ids = (await Promise.all(emails.map(waitingFor))).map(({ id }) => id);
  advance(1, 'hours');
  const sends = await sendsDuring(() => Promise.all(Array.from({ length: 8 }, () => working.run(deliverMailsJob))));
  for (const id of ids) expect(sends.filter((key) => key === id)).toHaveLength(1);
  for (const email of emails) expect(await mailsTo(email)).toHaveLength(1);
});

test('a mail that was sent but not marked as sent is resent under the same key and arrives once [M4]', async () => {
  const email = freshAddress();
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  const mail = await waitingFor(email);
  advance(1, 'hours');
  await working.run(deliverMailsJob);
  // As if the Worker had ended between the two.
  await sql`update outbox set sent_at = null, sealed = decode(${mail.sealed}, 'hex') where id = ${mail.id}`;
  advance(1, 'hours');
  const sends = await sendsDuring(() => working.run(deliverMailsJob));
  expect(sends.filter((key) => key === mail.id)).toHaveLength(1);
  expect(await mailsTo(email)).toHaveLength(1);
});

test('attempts to send a mail get further apart, and no mail is sent before its time [M4]', async () => {
  const email = freshAddress();
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  const { id } = await waitingFor(email);
  const waits = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    const [row] = await sql`select attempts, next_attempt_at from outbox where id = ${id}`;
    expect(row?.attempts).toBe(attempt);
    const due = new Date(row?.next_attempt_at).getTime();
    waits.push(Math.round((due - Date.now()) / 60_000));
    expect(await sendsDuring(() => failing.run(deliverMailsJob))).not.toContain(id);
    advance(Math.ceil((due - Date.now()) / 1_000) + 1, 'seconds');
    expect(await sendsDuring(() => failing.run(deliverMailsJob))).toContain(id);
  }
  expect(waits).toEqual([2, 8, 32, 128]);
});

test('a mail that cannot be unsealed does not hold up others [M4]', async () => {
  const [broken, email] = [freshAddress(), freshAddress()];
  await failing.call('POST', '/v1/auth/register', signUpBody(broken));
  const mail = await waitingFor(broken);
  await sql`update outbox set sealed = '\\x00' where id = ${mail.id}`;
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  advance(1, 'hours');
  await working.run(deliverMailsJob);
  expect(await mailsTo(email)).toHaveLength(1);
});

test('a waiting mail is sealed, so that the table reveals neither token nor address [A3]', async () => {
  const email = freshAddress();
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  const rows = JSON.stringify(await sql`select o::text as text from outbox o where sealed is not null`);
  expect(rows).toMatch(/[0-9a-f]{400}/);
  for (const text of [email, '#token=', 'Verify']) {
    expect(rows).not.toContain(text);
    expect(rows).not.toContain(Buffer.from(text).toString('hex'));
  }
});

test('a sent mail leaves only the hash that the limit counts by [A3]', async () => {
  const { email } = await createRider();
  await working.call('POST', '/v1/auth/register', signUpBody(email));
  const rows = await sql`select sealed, sent_at is not null as sent from outbox where address_hash = ${hashOf(email)}`;
  expect(rows).toEqual([{ sealed: null, sent: true }]);
});

test('a mail that was sealed before a rotation of TOKEN_SECRET is still sent', async () => {
  const email = freshAddress();
  await failing.call('POST', '/v1/auth/register', signUpBody(email));
  advance(1, 'hours');
  const rotated = otherWorker({ TOKEN_SECRET: `${'n'.repeat(43)},${env.TOKEN_SECRET}` });
  await rotated.run(deliverMailsJob);
  expect(await mailsTo(email)).toHaveLength(1);
});

/** The log records of an event while `work` runs. */
async function errorsDuring(event: string, work: () => Promise<unknown>): Promise<unknown[]> {
  const watched = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    await work();
    return watched.mock.calls.map(([record]) => JSON.parse(String(record))).filter((record) => record.event === event);
  } finally {
    watched.mockRestore();
  }
}

const frugal = otherWorker({ MAIL_BUDGET_PER_HOUR: '5' });
const forgot = (email: string) => frugal.call('POST', '/v1/auth/password/forgot', { body: { email } });
const countOf = async (emails: readonly string[]) => (await Promise.all(emails.map(mailsTo))).flat().length;

/** Moves to an hour in which no other test has sent mails, with an empty outbox. */
async function ownHour(year: number): Promise<void> {
  setTime(new Date(Date.UTC(year, 0)));
  await working.run(deliverMailsJob);
  advance(2, 'hours');
}

test('sign-ups use at most four fifths of the hourly mail budget, and the rest of their mails wait [D7]', async () => {
  await ownHour(2100);
  const strangers = Array.from({ length: 6 }, freshAddress);
  const [anna, ben] = [await createRider(), await createRider()];
  const answers: unknown[] = [];
  const errors = await errorsDuring('mail.budget_exhausted', async () => {
    for (const email of strangers)
      answers.push(comparableParts(await frugal.call('POST', '/v1/auth/register', signUpBody(email))));
  });
  expect(errors).toMatchObject([{ level: 'error', budget_per_hour: 5 }, {}]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await countOf(strangers)).toBe(4);

  await forgot(anna.email);
  expect(await errorsDuring('mail.budget_exhausted', () => forgot(ben.email))).toHaveLength(1);
  expect([await countOf([anna.email]), await countOf([ben.email])]).toEqual([1, 0]);

  advance(61, 'minutes');
  expect(await errorsDuring('mail.budget_exhausted', () => frugal.run(deliverMailsJob))).toEqual([]);
  expect([await countOf(strangers), await countOf([ben.email])]).toEqual([6, 1]);
  expect((await verify(tokenIn(await mailTo(strangers[5] ?? '')))).status).toBe(200);
});

test('twenty simultaneous sign-ups do not exceed the mail budget [D7]', async () => {
  await ownHour(2101);
  const emails = Array.from({ length: 20 }, freshAddress);
  await Promise.all(emails.map((email) => frugal.call('POST', '/v1/auth/register', signUpBody(email))));
  expect(await countOf(emails)).toBe(4);
});

test('a cron run keeps to the mail budget and sends resets before sign-ups [D7]', async () => {
  await ownHour(2102);
  const emails = Array.from({ length: 6 }, freshAddress);
  const { email } = await createRider();
  for (const each of emails) await failing.call('POST', '/v1/auth/register', signUpBody(each));
  await failing.call('POST', '/v1/auth/password/forgot', { body: { email } });
  advance(1, 'hours');
  expect(await errorsDuring('mail.budget_exhausted', () => frugal.run(deliverMailsJob))).toHaveLength(1);
  expect([await countOf(emails), await countOf([email])]).toEqual([3, 1]);
});

test('a provider that refuses five mails in a row is not called again until the next run [M4]', async () => {
  await ownHour(2103);
  const emails = Array.from({ length: 8 }, freshAddress);
  for (const email of emails) await failing.call('POST', '/v1/auth/register', signUpBody(email));
  advance(1, 'hours');
  const attemptsOf = async () => {
    const hashes = emails.map((email) => hashOf(email).toString('hex'));
    const rows =
      await sql`select attempts from outbox where encode(address_hash, 'hex') = any(${hashes}) order by attempts`;
    return rows.map(({ attempts }) => attempts);
  };
  expect(await attemptsOf()).toEqual(Array(8).fill(1));

  let sends: string[] = [];
  const errors = await errorsDuring('mail.provider_down', async () => {
    sends = await sendsDuring(() => failing.run(deliverMailsJob));
  });
  expect(sends).toHaveLength(5);
  expect(errors).toMatchObject([{ level: 'error', mails_left: 3 }]);
  expect(await attemptsOf()).toEqual([1, 1, 1, 2, 2, 2, 2, 2]);

  advance(1, 'hours');
  await working.run(deliverMailsJob);
  expect(await countOf(emails)).toBe(8);
});
