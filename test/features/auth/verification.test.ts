import { expect, test } from 'vitest';
import { sha256Bytes } from '../../../src/lib/keys.ts';
import { type Answer, anonymous, call } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import {
  comparableParts,
  freshAddress,
  logIn,
  otherWorker,
  queriesOf,
  recordTrips,
  registerForToken,
  resend,
  signUp,
  verify,
} from './sign-up.ts';

test('a verification token has 256 bits and is never stored in the database [A3]', async () => {
  const email = freshAddress();
  const token = await registerForToken({ email });
  expect(token).toMatch(/^[\w-]{43}$/);

  const [waiting] = await sql`select token_hash from registrations where email = ${email}`;
  expect(Buffer.from(waiting?.token_hash)).toEqual(Buffer.from(sha256Bytes(token)));
  expect(await dump()).not.toContain(token);
  await verify(token);
  expect(await dump()).not.toContain(token);
});

test('only one of fifty simultaneous uses of a verification link succeeds [A4, S1]', async () => {
  const email = freshAddress();
  const token = await registerForToken({ email });
  const answers = await Promise.all(Array.from({ length: 50 }, () => verify(token)));

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
  expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
  const entries = await sql`select subject_id from audit a join users u on u.id = a.subject_id
    where u.email = ${email} and action = 'auth.verify_email'`;
  expect(entries).toHaveLength(1);
});

test('only one of eight simultaneous verification links to one address succeeds, and the others get 400 [A4, A10]', async () => {
  for (let round = 0; round < 10; round += 1) {
    const email = freshAddress();
    const tokens = await insertRegistrations(email, 8);
    const statuses = (await Promise.all(tokens.map(verify))).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
    expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
  }
});

test('expired, used, unknown, malformed and foreign verification tokens get equal responses [A5]', async () => {
  const email = freshAddress();
  const used = await registerForToken({ email });
  await verify(used);
  const expired = await registerForToken({ email: freshAddress() });
  const { token: accessToken, refreshToken } = await createRider();
  advance(25, 'hours');

  const tokens = {
    expired,
    used,
    unknown: 'A'.repeat(43),
    malformed: '%00 not a token',
    empty: '',
    accessToken,
    refreshToken,
  };
  const answers = await Promise.all(Object.values(tokens).map(verify));
  expect(answers[0]?.status).toBe(400);
  for (const answer of answers) expect(comparableParts(answer)).toEqual(comparableParts(answers[0] ?? answer));
});

test('a verification link works for exactly 24 hours', async () => {
  const [early, late] = [
    await registerForToken({ email: freshAddress() }),
    await registerForToken({ email: freshAddress() }),
  ];
  advance(24 * 60 - 1, 'minutes');
  expect((await verify(early)).status).toBe(200);
  advance(1, 'minutes');
  expect((await verify(late)).status).toBe(400);
});

test('a login after an expired registration equals that of an unknown address', async () => {
  const email = freshAddress();
  await registerForToken({ email });
  advance(25, 'hours');
  expect(comparableParts(await logIn(email))).toEqual(comparableParts(await logIn(freshAddress())));
});

test('a new verification link invalidates the previous one [A6]', async () => {
  const email = freshAddress();
  const first = await registerForToken({ email });
  expect((await resend(email)).status).toBe(202);
  const second = tokenIn(await mailTo(email, 2));

  expect((await verify(first)).status).toBe(400);
  expect((await verify(second)).status).toBe(200);
  expect((await logIn(email)).status).toBe(200);
});

test('resending a link answers and costs the same for every address, and mails only waiting registrations [A6]', async () => {
  const path = '/v1/auth/verify-email/resend';
  const [waiting, unknown] = [freshAddress(), freshAddress()];
  await registerForToken({ email: waiting });
  const { email: verified } = await createRider();

  const worker = otherWorker({});
  const answers: Answer[] = [];
  const ask = async (email: string) => answers.push(await worker.call('POST', path, { body: { email } }));
  const [forWaiting, ...others] = [
    await recordTrips(() => ask(waiting)),
    await recordTrips(() => ask(verified)),
    await recordTrips(() => ask(unknown)),
  ].map(queriesOf);
  for (const answer of answers) expect(comparableParts(answer)).toEqual(comparableParts(answers[0] ?? answer));
  // The first one's additional statement runs after the response: the mail is marked as sent.
  for (const work of others) expect(work).toEqual(forWaiting?.slice(0, 2));
  expect(await mailsTo(waiting)).toHaveLength(2);
  expect([await mailsTo(verified), await mailsTo(unknown)]).toEqual([[], []]);
});

test('opening the verification page, even by a mail scanner, does not use up the link [A7]', async () => {
  const email = freshAddress();
  const token = await registerForToken({ email });
  for (const method of ['GET', 'HEAD', 'GET', 'GET']) {
    expect((await call(method, '/verify-email')).status).toBe(200);
    await call(method, `/verify-email?token=${token}`);
  }
  expect((await call('GET', `/v1/auth/verify-email?token=${token}`)).status).toBe(405);
  expect((await verify(token)).status).toBe(200);
});

test('a verification link works only once, even after it made the account [T17]', async () => {
  const email = freshAddress();
  const token = await registerForToken({ email });
  expect([(await verify(token)).status, (await verify(token)).status]).toEqual([200, 400]);
  await signUp();
  expect((await anonymous().post('/v1/auth/verify-email', { token })).json.code).toBe('auth.invalid_verification');
});

/** Registrations as sign-up leaves them, without a hash for each. */
async function insertRegistrations(email: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, () => crypto.randomUUID());
  const now = Date.now();
  await sql.transaction(
    tokens.map((token, index) => {
      const [createdAt, expiresAt] = [new Date(now + index), new Date(now + 86_400_000)].map((at) => at.toISOString());
      return sql`insert into registrations (id, email, name, password_hash, token_hash, created_at, expires_at)
        values (${crypto.randomUUID()}, ${email}, 'Anna', '', ${Buffer.from(sha256Bytes(token))}, ${createdAt}, ${expiresAt})`;
    }),
  );
  return tokens;
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    and relname not in ('spatial_ref_sys', 'grid_rows', 'kairos_migrations')`;
  const rows = await Promise.all(tables.map(({ relname }) => sql.query(`select t::text from "${relname}" t`)));
  return JSON.stringify(rows);
}
