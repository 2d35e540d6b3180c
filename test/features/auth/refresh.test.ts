import { expect, test } from 'vitest';
import { makeRefreshToken } from '../../../src/lib/refresh-token.ts';
import { clientWith, config } from '../../support/app.ts';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider } from '../../support/factories.ts';
import { mailsTo, mailTo } from '../../support/mailer.ts';
import { comparableParts, queriesOf, recordTrips, refresh, register } from './sign-up.ts';

const sessionOf = async ({ sessionId }: Rider) => {
  const [row] = await sql`select counter, reuse_count, revoked_because from sessions where id = ${sessionId}`;
  return row;
};

/** The next refresh token; throws with the response if the refresh fails. */
async function next(token: string): Promise<string> {
  const { status, json, text } = await refresh(token);
  if (status !== 200) throw new Error(text);
  return json.refresh_token;
}

async function rotate(token: string, times: number): Promise<string> {
  let newest = token;
  for (let n = 0; n < times; n += 1) newest = await next(newest);
  return newest;
}

const reuseEntries = ({ sessionId }: Rider) =>
  sql`select actor_id from audit where action = 'auth.refresh_reuse' and subject_id = ${sessionId}`;

test('127 refreshes in a row each give a new token, and the last one works [C1]', async () => {
  const { refreshToken, id } = await createRider();
  const seen = new Set([refreshToken]);
  let newest = refreshToken;
  for (let n = 0; n < 127; n += 1) {
    newest = await next(newest);
    seen.add(newest);
  }
  expect(seen.size).toBe(128);
  const { json } = await refresh(newest);
  expect((await clientWith(json.access_token).get('/v1/me')).json.id).toBe(id);
});

test('a refresh takes one round trip', async () => {
  const { refreshToken } = await createRider();
  expect(await recordTrips(() => refresh(refreshToken))).toHaveLength(1);
});

test('forty simultaneous refreshes with one token all get the same child, with one rotation recorded [C2, S7]', async () => {
  const rider = await createRider();
  let token = rider.refreshToken;
  for (let round = 1; round <= 4; round += 1) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => refresh(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const children = new Set(answers.map(({ json }) => json.refresh_token));
    expect(children.size).toBe(1);
    expect(await sessionOf(rider)).toEqual({ counter: round, reuse_count: 0, revoked_because: null });
    [token = ''] = children;
  }
});

test.each([
  ['immediately', 0],
  ['after eleven seconds', 11],
  ['an hour later', 3_600],
  ['a month later', 30 * 86_400],
])('a rider who lost the reply and asks again %s gets the same child token [C3]', async (_when, seconds) => {
  const { refreshToken } = await createRider();
  const lost = await next(refreshToken);
  advance(seconds, 'seconds');
  expect(await next(refreshToken)).toBe(lost);
  expect(await next(lost)).not.toBe(lost);
});

test('a refresh token can be used ten more times, and the eleventh repeat ends the session [C3]', async () => {
  const rider = await createRider();
  const child = await next(rider.refreshToken);
  for (let n = 0; n < 10; n += 1) {
    advance(1, 'minutes');
    expect(await next(rider.refreshToken), `repeat ${n + 1}`).toBe(child);
  }
  advance(1, 'minutes');
  expect((await refresh(rider.refreshToken)).json.error).toBe('invalid_grant');
  expect((await refresh(child)).json.error).toBe('invalid_grant');
  expect(await sessionOf(rider)).toMatchObject({ revoked_because: 'reuse' });
});

test('a new refresh resets the count of repeats [C3]', async () => {
  const { refreshToken } = await createRider();
  let token = refreshToken;
  for (let step = 0; step < 3; step += 1) {
    const child = await next(token);
    for (let n = 0; n < 9; n += 1) {
      advance(1, 'minutes');
      expect(await next(token)).toBe(child);
    }
    token = child;
  }
  expect((await refresh(token)).status).toBe(200);
});

test('a token two steps old ends the session for everyone who holds its tokens [C4]', async () => {
  const rider = await createRider();
  const child = await next(rider.refreshToken);
  const newest = await next(child);

  const refused = await refresh(rider.refreshToken);
  expect([refused.status, refused.json.error]).toEqual([400, 'invalid_grant']);
  for (const token of [newest, child, rider.refreshToken]) expect((await refresh(token)).status).toBe(400);
  expect((await rider.get('/v1/me')).status).toBe(401);
  expect(await sessionOf(rider)).toMatchObject({ revoked_because: 'reuse' });
});

test('reuse of an old token is audited once and mailed to the rider once [C4]', async () => {
  const rider = await createRider();
  await rotate(rider.refreshToken, 2);
  for (let n = 0; n < 3; n += 1) {
    await refresh(rider.refreshToken);
    advance(1, 'minutes');
  }
  expect(await reuseEntries(rider)).toEqual([{ actor_id: rider.id }]);
  const mail = await mailTo(rider.email);
  expect(mail.subject).toContain('signed out');
  expect(await mailsTo(rider.email)).toHaveLength(1);
});

test('a full inbox limit does not suppress the mail about a reused token [C4]', async () => {
  const rider = await createRider();
  for (let n = 0; n < 4; n += 1) await register({ email: rider.email });
  await mailTo(rider.email, 3);
  await rotate(rider.refreshToken, 2);
  await refresh(rider.refreshToken);
  expect((await mailTo(rider.email, 4)).subject).toContain('signed out');
});

test('the audit entry of a reused refresh token is in the transaction that ends the session [C4]', async () => {
  const { refreshToken } = await createRider();
  await rotate(refreshToken, 2);
  const [trip] = queriesOf(await recordTrips(() => refresh(refreshToken)));
  expect(trip).toEqual([expect.stringContaining('update "sessions"'), expect.stringContaining('insert into "audit"')]);
});

test("a reuse leaves the rider's other sessions alive [C4]", async () => {
  const rider = await createRider();
  const other = crypto.randomUUID();
  await sql`insert into sessions (id, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
    select ${other}, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at
    from sessions where id = ${rider.sessionId}`;
  await rotate(rider.refreshToken, 2);
  await refresh(rider.refreshToken);
  expect((await refresh(makeRefreshToken(config.keys.refresh, other, 0))).status).toBe(200);
});

test('a reuse ends all tokens of a session, however many generations it has [C5]', async () => {
  const rider = await createRider();
  const family = [rider.refreshToken];
  for (let generation = 0; generation < 4; generation += 1) {
    const parent = family.at(-1) ?? '';
    const children = await Promise.all(Array.from({ length: 5 }, () => next(parent)));
    expect(new Set(children).size).toBe(1);
    family.push(...children.slice(0, 1));
  }
  await refresh(family[1] ?? '');
  const answers = await Promise.all(family.map((token) => refresh(token)));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(400));
  for (const answer of answers) expect(comparableParts(answer)).toEqual(answers[0] && comparableParts(answers[0]));
});

test('a thief who refreshes first is locked out when the rider refreshes [C5]', async () => {
  const rider = await createRider();
  const shared = await next(rider.refreshToken);
  const thief = await rotate(shared, 2);
  expect((await refresh(shared)).status).toBe(400);
  expect((await refresh(thief)).status).toBe(400);
});

test('simultaneous refreshes and reuses end the session with one audit entry [C4, S7]', async () => {
  for (let round = 0; round < 5; round += 1) {
    const rider = await createRider();
    const newest = await rotate(rider.refreshToken, 3);
    await Promise.all(
      [...Array(10).fill(newest), ...Array(10).fill(rider.refreshToken)].map((token) => refresh(token)),
    );
    expect(await sessionOf(rider)).toMatchObject({ revoked_because: 'reuse' });
    expect((await refresh(newest)).status).toBe(400);
    expect(await reuseEntries(rider)).toHaveLength(1);
    await mailTo(rider.email);
    expect(await mailsTo(rider.email)).toHaveLength(1);
  }
});
