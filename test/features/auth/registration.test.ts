import { expect, test } from 'vitest';
import { type Answer, anonymous } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  comparableParts,
  freshAddress,
  freshUsername,
  logIn,
  otherWorker,
  password,
  queriesOf,
  recordTrips,
  register,
  registerForToken,
  resend,
  type Statement,
  signUp,
  verify,
} from './sign-up.ts';

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

test('registering a new and a taken address gets equal responses, and only the mails differ [A1, T12]', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  const [known, unknown] = [await register({ email: taken }), await register({ email: fresh })];

  expect(unknown.status).toBe(202);
  expect(unknown.json).toEqual({ status: 'accepted' });
  expect(comparableParts(known)).toEqual(comparableParts(unknown));
  expect((await mailTo(fresh)).subject).toContain('Verify');
  expect((await mailTo(taken)).subject).toContain('already have an account');
});

test('registering a taken address again changes nothing in the existing account [A1]', async () => {
  const { email } = await signUp({ name: 'First' });
  await register({ email, password: 'a stranger chose this', name: 'Second' });
  await mailTo(email, 2);

  expect((await logIn(email, 'a stranger chose this')).json.error).toBe('invalid_grant');
  expect((await logIn(email)).status).toBe(200);
  await resend(email);
  expect((await mailsTo(email)).filter(({ subject }) => subject.includes('Verify'))).toHaveLength(1);
});

test('a login with a password from a registration does not reveal whether the address has an account [B1]', async () => {
  const [{ email: known }, unknown] = [await signUp(), freshAddress()];
  const theirs = 'the attacker knows';
  for (const email of [known, unknown]) await register({ email, password: theirs });
  const [atKnown, atUnknown] = [await logIn(known, theirs), await logIn(unknown, theirs)];
  expect(comparableParts(atKnown)).toEqual(comparableParts(atUnknown));
  expect(atKnown.json.error_description).toContain('not verified');
  const never = 'never signed up with';
  expect(comparableParts(await logIn(known, never))).toEqual(comparableParts(await logIn(unknown, never)));
  expect((await logIn(known)).status).toBe(200);
});

test('a resent link does not reveal through passwords whether the address has an account [B1]', async () => {
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
  expect(comparableParts(atKnown)).toEqual(comparableParts(atUnknown));
  expect(atKnown.json.error_description).toContain('not verified');
});

test('wrong passwords under another spelling do not reveal whether the address has an account [B1]', async () => {
  const [{ email: known }, unknown] = [await signUp(), freshAddress()];
  const theirs = 'the attacker knows';
  const answers: Answer[] = [];
  for (const email of [known, unknown]) {
    await register({ email, password: theirs });
    for (let n = 0; n < 6; n += 1) await logIn(email.replace('@', '﹫'), 'wrong password');
    answers.push(await logIn(email, theirs));
  }
  expect(answers.map(comparableParts)[0]).toEqual(answers.map(comparableParts)[1]);
});

test('registering a taken address runs the same statements and one hash, as a new address does [A2]', async () => {
  const [{ email: taken }, fresh] = [await createRider(), freshAddress()];
  const worker = otherWorker({});
  const trips = (email: string) =>
    recordTrips(() => worker.call('POST', '/v1/auth/register', { body: { email, password, name: 'Anna' } }));
  const hashesIn = (work: Statement[][]) => work.flat().flatMap(({ params = [] }) => params.filter(isHash));

  const [known, unknown] = [await trips(taken), await trips(fresh)];
  expect(queriesOf(known)).toEqual(queriesOf(unknown));
  expect([hashesIn(known), hashesIn(unknown)]).toEqual([[expect.any(String)], [expect.any(String)]]);
});

const isHash = (value: unknown) => String(value).startsWith('$argon2id$');

test('a login reports an unverified account only after the right password, and gives no token [A9]', async () => {
  const email = freshAddress();
  await registerForToken({ email });

  const [right, wrong, nobody] = [
    await logIn(email),
    await logIn(email, 'not my password'),
    await logIn(freshAddress()),
  ];
  expect(right.status).toBe(400);
  expect(right.json).toEqual({ error: 'invalid_grant', error_description: expect.stringContaining('not verified') });
  expect(comparableParts(wrong)).toEqual(comparableParts(nobody));
  expect(wrong.text).not.toContain('verified');
});

test('thirty simultaneous registrations of one address get equal responses and make one account [A10, S8]', async () => {
  const email = freshAddress();
  const answers = await Promise.all(Array.from({ length: 30 }, () => register({ email })));
  expect(new Set(answers.map((answer) => JSON.stringify(comparableParts(answer))))).toHaveProperty('size', 1);

  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
  expect(await sql`select count(*)::int from registrations where email = ${email}`).toEqual([{ count: 0 }]);
});

test("a stranger who registers an address cannot set its owner's password, whichever link the owner follows [A8]", async () => {
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

test("a stranger who asks for another link to an address does not end its owner's registration", async () => {
  const email = freshAddress();
  await registerForToken({ email });
  await anonymous().post('/v1/auth/verify-email/resend', { email });
  expect((await verify(tokenIn(await mailTo(email, 2)))).status).toBe(200);
  expect((await logIn(email)).status).toBe(200);
});

test('a resent link after two registrations keeps neither password but lets the rider set one [A8]', async () => {
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

test('a taken username is refused in upper or lower case, and one taken before verification is left out', async () => {
  const [username, email, late] = [freshUsername(), freshAddress(), freshAddress()];
  const lateToken = await registerForToken({ email: late, username: username.toUpperCase() });
  await signUp({ email, username });

  const refused = await register({ email: freshAddress(), username: username.toUpperCase() });
  expect([refused.status, refused.json.code]).toEqual([409, 'users.username_taken']);
  expect((await verify(lateToken)).status).toBe(200);
  const { json } = await logIn(late);
  expect((await anonymous().get('/v1/me', { token: json.access_token })).json.username).toBeNull();
});
