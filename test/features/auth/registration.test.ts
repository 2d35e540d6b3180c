import { expect, test } from 'vitest';
import { type Answer, anonymous } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  freshAddress,
  freshUsername,
  logIn,
  otherWorker,
  password,
  queriesOf,
  register,
  registerForToken,
  resend,
  type Statement,
  sameness,
  signUp,
  tripsOf,
  verify,
} from './identity.ts';

test('a stranger signs up, follows the mailed link, logs in and reads the account', async () => {
  const [client, email] = [anonymous(), freshAddress()];
  const registered = await client.post('/v1/auth/register', { email, password, name: 'Anna' });
  expect(registered.status, registered.text).toBe(202);

  const mail = await mailTo(email);
  expect(mail.subject).toContain('Verify');
  const verified = await client.post('/v1/auth/verify-email', { token: tokenIn(mail) });
  expect(verified.status, verified.text).toBe(200);

  const { status, json } = await logIn(email);
  expect(status).toBe(200);
  const me = await client.get('/v1/me', { token: json.access_token });
  expect(me.json).toMatchObject({ email, name: 'Anna', adult: false, role: 'user' });
});

test('A1, T12: registering a new and a taken address is Equal, and each is told by mail', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  const [known, unknown] = [await register({ email: taken }), await register({ email: fresh })];

  expect(unknown.status).toBe(202);
  expect(unknown.json).toEqual({ status: 'accepted' });
  expect(sameness(known)).toEqual(sameness(unknown));
  expect((await mailTo(fresh)).subject).toContain('Verify');
  expect((await mailTo(taken)).subject).toContain('already have an account');
});

test('A1: a taken address stays as it is when somebody registers it again', async () => {
  const { email } = await signUp({ name: 'First' });
  await register({ email, password: 'a stranger chose this', name: 'Second' });
  await mailTo(email, 2);

  expect((await logIn(email, 'a stranger chose this')).json.error).toBe('invalid_grant');
  expect((await logIn(email)).status).toBe(200);
  await resend(email);
  expect((await mailsTo(email)).filter(({ subject }) => subject.includes('Verify'))).toHaveLength(1);
});

test('B1: whether an address has an account is not told by a login with a password that was signed up with', async () => {
  const [{ email: known }, unknown] = [await signUp(), freshAddress()];
  const theirs = 'the attacker knows';
  for (const email of [known, unknown]) await register({ email, password: theirs });
  const [atKnown, atUnknown] = [await logIn(known, theirs), await logIn(unknown, theirs)];
  expect(sameness(atKnown)).toEqual(sameness(atUnknown));
  expect(atKnown.json.error_description).toContain('not verified');
  const never = 'never signed up with';
  expect(sameness(await logIn(known, never))).toEqual(sameness(await logIn(unknown, never)));
  expect((await logIn(known)).status).toBe(200);
});

test('B1: nor by what a link sent again does to the passwords that were signed up with', async () => {
  const [{ email: known }, unknown] = [await signUp(), freshAddress()];
  advance(2, 'hours');
  for (const email of [known, unknown]) {
    for (const theirs of ['the attacker knows', 'the attacker knows too']) {
      await register({ email, password: theirs, name: 'Mallory' });
      advance(1, 'seconds');
    }
    await resend(email);
  }
  const [atKnown, atUnknown] = [
    await logIn(known, 'the attacker knows too'),
    await logIn(unknown, 'the attacker knows too'),
  ];
  expect(sameness(atKnown)).toEqual(sameness(atUnknown));
  expect(atKnown.json.error_description).toContain('not verified');
});

test('B1: nor by wrong passwords under another spelling, which lock an account and nobody', async () => {
  const [{ email: known }, unknown] = [await signUp(), freshAddress()];
  const theirs = 'the attacker knows';
  const answers: Answer[] = [];
  for (const email of [known, unknown]) {
    await register({ email, password: theirs });
    for (let n = 0; n < 6; n += 1) await logIn(email.replace('@', '﹫'), 'wrong password');
    answers.push(await logIn(email, theirs));
  }
  expect(answers.map(sameness)[0]).toEqual(answers.map(sameness)[1]);
});

test('A2: a new and a taken address cost one hash and the same statements in the same trips', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  const worker = otherWorker({});
  const trips = (email: string) =>
    tripsOf(() => worker.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } }));
  const hashesIn = (work: Statement[][]) => work.flat().flatMap(({ params = [] }) => params.filter(isHash));

  const [known, unknown] = [await trips(taken), await trips(fresh)];
  expect(queriesOf(known)).toEqual(queriesOf(unknown));
  expect([hashesIn(known), hashesIn(unknown)]).toEqual([[expect.any(String)], [expect.any(String)]]);
});

const isHash = (value: unknown) => String(value).startsWith('$argon2id$');

test('A9: an unverified account is told so only after the right password, and gets no token', async () => {
  const email = freshAddress();
  await registerForToken({ email });

  const [right, wrong, nobody] = [
    await logIn(email),
    await logIn(email, 'not my password'),
    await logIn(freshAddress()),
  ];
  expect(right.status).toBe(400);
  expect(right.json).toEqual({ error: 'invalid_grant', error_description: expect.stringContaining('not verified') });
  expect(sameness(wrong)).toEqual(sameness(nobody));
  expect(wrong.text).not.toContain('verified');
});

test('A10, S8: of thirty who register one address at once, all are Equal and one rider comes of it', async () => {
  const email = freshAddress();
  const answers = await Promise.all(Array.from({ length: 30 }, () => register({ email })));
  expect(new Set(answers.map((answer) => JSON.stringify(sameness(answer))))).toHaveProperty('size', 1);

  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
  expect(await sql`select count(*)::int from registrations where email = ${email}`).toEqual([{ count: 0 }]);
});

test('A8: a stranger who signs up with my address chooses no password for me, whoever’s link I follow', async () => {
  for (const followed of ['mine', 'theirs'] as const) {
    const email = freshAddress();
    const theirs = await registerForToken({ email, password: 'the attacker knows', name: 'Mallory' });
    const mine = await registerForToken({ email, name: 'Anna' }, 2);
    const { status, json } = await verify({ mine, theirs }[followed]);
    expect(status).toBe(200);
    expect((await verify({ mine: theirs, theirs: mine }[followed])).status).toBe(400);
    for (const known of ['the attacker knows', password])
      expect((await logIn(email, known)).json.error).toBe('invalid_grant');
    const reset = { token: json.reset_token, password: 'mine and nobody else’s' };
    expect((await anonymous().post('/v1/auth/password/reset', reset)).status).toBe(200);
    expect((await logIn(email, reset.password)).status).toBe(200);
  }
});

test('a stranger who asks for another link to my address does not end my registration', async () => {
  const email = freshAddress();
  await registerForToken({ email });
  await anonymous().post('/v1/auth/verify-email/resend', { email });
  expect((await verify(tokenIn(await mailTo(email, 2)))).status).toBe(200);
  expect((await logIn(email)).status).toBe(200);
});

test('A8: a link sent again where two had signed up brings no password of either, but a way to set one', async () => {
  const email = freshAddress();
  await registerForToken({ email });
  await registerForToken({ email, password: 'the attacker knows', name: 'Mallory' }, 2);
  await resend(email);
  const { json } = await verify(tokenIn(await mailTo(email, 3)));
  expect((await logIn(email, 'the attacker knows')).json.error).toBe('invalid_grant');
  expect((await logIn(email)).json.error).toBe('invalid_grant');
  const reset = { token: json.reset_token, password: 'mine and nobody else’s' };
  expect((await anonymous().post('/v1/auth/password/reset', reset)).status).toBe(200);
  expect((await logIn(email, reset.password)).status).toBe(200);
});

test('a username taken is refused at once, whatever its case; one taken meanwhile is left out', async () => {
  const [username, email, late] = [freshUsername(), freshAddress(), freshAddress()];
  const lateToken = await registerForToken({ email: late, username: username.toUpperCase() });
  await signUp({ email, username });

  const refused = await register({ email: freshAddress(), username: username.toUpperCase() });
  expect([refused.status, refused.json.code]).toEqual([409, 'users.username_taken']);
  expect((await verify(lateToken)).status).toBe(200);
  const { json } = await logIn(late);
  expect((await anonymous().get('/v1/me', { token: json.access_token })).json.username).toBeNull();
});
