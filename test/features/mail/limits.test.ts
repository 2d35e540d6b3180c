import { expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
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

test('the mail limit of one address does not affect another [D7]', async () => {
  const [full, fresh] = [freshAddress(), freshAddress()];
  await register({ email: full });
  for (let n = 0; n < 5; n += 1) await ask(full);
  await register({ email: fresh });
  expect((await mailTo(fresh)).subject).toContain('Verify');
});
