import { expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  freshAddress,
  otherWorker,
  password,
  queriesOf,
  register,
  registerForToken,
  resend,
  sameness,
  tripsOf,
  verify,
} from '../auth/identity.ts';

/** Asks through a Worker that answers once its mails are out, so that what did not come will not come. */
const worker = otherWorker({});
const ask = (email: string) => worker.call('POST', '/v1/auth/verify-email/resend', { body: { email } });

test('D7: at most three mails an hour and ten a day go to one address, and the answers are Equal', async () => {
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
  for (const answer of answers) expect(sameness(answer)).toEqual(answers[0] && sameness(answers[0]));

  advance(20, 'hours');
  await ask(email);
  expect(await mailsTo(email)).toHaveLength(11);
});

test('D7: all kinds of mail that a stranger can ask for are counted together, taken address or not', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  for (const email of [taken, fresh]) {
    const answers = [];
    for (let n = 0; n < 4; n += 1) {
      answers.push(await worker.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } }));
      await ask(email);
    }
    expect(await mailsTo(email)).toHaveLength(3);
    for (const answer of answers) expect(sameness(answer)).toEqual(answers[0] && sameness(answers[0]));
  }
});

test('D7, P4: twenty who ask at once cause three mails', async () => {
  for (let round = 0; round < 3; round += 1) {
    const email = freshAddress();
    await register({ email });
    await mailTo(email);
    await Promise.all(Array.from({ length: 20 }, () => ask(email)));
    expect(await mailsTo(email)).toHaveLength(3);
  }
});

test('D7: another spelling of the address has no share of its own', async () => {
  const email = freshAddress();
  await register({ email });
  for (const spelling of [email.toUpperCase(), email.replace('@', '＠'), email.replace('e', 'ｅ'), email])
    await ask(spelling);
  expect(await mailsTo(email)).toHaveLength(3);
});

test('D7: whether an address has had its share cannot be told by the work', async () => {
  const [limited, fresh] = [freshAddress(), freshAddress()];
  await register({ email: limited });
  await register({ email: fresh });
  await mailTo(limited);
  await mailTo(fresh);
  for (let n = 0; n < 3; n += 1) await ask(limited);
  const [few, many] = [await tripsOf(() => ask(limited)), await tripsOf(() => ask(fresh))].map(queriesOf);
  expect(few).toEqual(many?.slice(0, 2));
});

test('D7: who asks until no more mails go out does not end the link in the last one', async () => {
  const email = freshAddress();
  await register({ email });
  await mailTo(email);
  for (let n = 0; n < 6; n += 1) expect((await resend(email)).status).toBe(202);
  expect((await verify(tokenIn(await mailTo(email, 3)))).status).toBe(200);
});

test('D7: one address’s share is not another’s', async () => {
  const [full, fresh] = [freshAddress(), freshAddress()];
  await register({ email: full });
  for (let n = 0; n < 5; n += 1) await ask(full);
  await register({ email: fresh });
  expect((await mailTo(fresh)).subject).toContain('Verify');
});
