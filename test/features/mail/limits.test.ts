import { expect, onTestFinished, test } from 'vitest';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  comparableParts,
  freshAddress,
  otherWorker,
  password,
  queriesOf,
  recordTrips,
  register,
  registerForToken,
  resend,
  verify,
} from '../auth/sign-up.ts';

/** Answers after its mails are sent, so a mail that is missing afterwards will not come later. */
const worker = otherWorker({});
const ask = (email: string) => worker.call('POST', '/v1/auth/verify-email/resend', { body: { email } });

test('one address gets at most three mails an hour and ten a day, and the responses stay equal [D7]', async () => {
  const email = freshAddress();
  await registerForToken({ email });
  const answers = [];
  const counts = [];
  for (let hour = 0; hour < 5; hour += 1) {
    for (let n = 0; n < 4; n += 1) answers.push(await ask(email));
    counts.push((await mailsTo(email)).length);
    advance(61, 'minutes');
  }
  expect(counts).toEqual([3, 6, 9, 10, 10]);
  for (const answer of answers) expect(comparableParts(answer)).toEqual(answers[0] && comparableParts(answers[0]));

  advance(20, 'hours');
  await ask(email);
  expect(await mailsTo(email)).toHaveLength(11);
});

test('all kinds of mail that a stranger can trigger share one limit, for new and taken addresses [D7]', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  for (const email of [taken, fresh]) {
    const answers = [];
    for (let n = 0; n < 4; n += 1) {
      answers.push(await worker.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } }));
      await ask(email);
    }
    expect(await mailsTo(email)).toHaveLength(3);
    for (const answer of answers) expect(comparableParts(answer)).toEqual(answers[0] && comparableParts(answers[0]));
  }
});

test('twenty simultaneous requests send at most three mails [D7, P4]', async () => {
  for (let round = 0; round < 3; round += 1) {
    const email = freshAddress();
    await register({ email });
    await mailTo(email);
    await Promise.all(Array.from({ length: 20 }, () => ask(email)));
    expect(await mailsTo(email)).toHaveLength(3);
  }
});

test('other spellings of an address share its mail limit [D7]', async () => {
  const email = freshAddress();
  await register({ email });
  for (const spelling of [email.toUpperCase(), email.replace('@', '＠'), email.replace('e', 'ｅ'), email])
    await ask(spelling);
  expect(await mailsTo(email)).toHaveLength(3);
});

test('a request beyond the mail limit does the same work as one within it [D7]', async () => {
  const [limited, fresh] = [freshAddress(), freshAddress()];
  await register({ email: limited });
  await register({ email: fresh });
  await mailTo(limited);
  await mailTo(fresh);
  for (let n = 0; n < 3; n += 1) await ask(limited);
  const [few, many] = [await recordTrips(() => ask(limited)), await recordTrips(() => ask(fresh))].map(queriesOf);
  expect(few).toEqual(many?.slice(0, 2));
});

test('requests beyond the mail limit leave the last mailed link valid [D7]', async () => {
  const email = freshAddress();
  await register({ email });
  await mailTo(email);
  for (let n = 0; n < 6; n += 1) expect((await resend(email)).status).toBe(202);
  expect((await verify(tokenIn(await mailTo(email, 3)))).status).toBe(200);
});

test('one network takes only a small part of the mails for sign-ups, and the responses stay equal [D7, P4]', async () => {
  // Mails of a later year would count as sent in every hour before it.
  onTestFinished(async () => void (await sql`delete from outbox where created_at > '2105-12-01'`));
  setTime(new Date(Date.UTC(2106, 0)));
  const frugal = otherWorker({ MAIL_BUDGET_PER_HOUR: '60' });
  const [{ email: known }, network] = [await createRider(), `192.0.2.${(Date.now() % 200) + 1}`];
  const signUp = (email: string, from: string) =>
    frugal.call('POST', '/v1/auth/register', {
      body: { email, password, name: 'Anna' },
      headers: { 'CF-Connecting-IP': from },
    });
  // A request that sends no mail counts as well, or the next ones would tell that the address has no pending registration.
  await frugal.call('POST', '/v1/auth/verify-email/resend', {
    body: { email: known },
    headers: { 'CF-Connecting-IP': network },
  });
  const fakes = Array.from({ length: 6 }, freshAddress);
  const answers = await Promise.all(fakes.map((email) => signUp(email, network)));
  for (const answer of answers) expect(comparableParts(answer)).toEqual(answers[0] && comparableParts(answers[0]));
  const inboxes = await Promise.all(fakes.map(mailsTo));
  expect(inboxes.flat()).toHaveLength(1);

  const honest = freshAddress();
  await signUp(honest, '198.51.100.251');
  expect(await mailsTo(honest)).toHaveLength(1);
  advance(61, 'minutes');
  await signUp(fakes[5] ?? '', network);
  expect((await mailsTo(fakes[5] ?? '')).length).toBeGreaterThan(0);
});

test('the mail limit of one address does not affect another [D7]', async () => {
  const [full, fresh] = [freshAddress(), freshAddress()];
  await register({ email: full });
  for (let n = 0; n < 5; n += 1) await ask(full);
  await register({ email: fresh });
  expect((await mailTo(fresh)).subject).toContain('Verify');
});
