import { call, requestToken } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, riderPassword } from '../../../test/support/factories.ts';
import type { Race, Round } from './race.ts';
import { auditOf, countOf, freshAddress, inAnHour, insertRegistrations, newToken, ridersAt, sha256 } from './rows.ts';

const verify = (token: string | undefined) => call('POST', '/v1/auth/verify-email', { body: { token: token ?? '' } });

async function prepareReset(atOnce: number): Promise<Round> {
  const [rider, token] = [await createRider(), newToken()];
  await sql`insert into password_resets (user_id, token_hash, expires_at) values (${rider.id}, ${sha256(token)}, ${inAnHour()})`;
  return {
    attempt: () => call('POST', '/v1/auth/password/reset', { body: { token, password: 'another gravel road' } }),
    statuses: { 200: 1, 400: atOnce - 1 },
    effect: () => auditOf('auth.password_reset', rider.id),
    wanted: 1,
  };
}

async function prepareExchange(atOnce: number): Promise<Round> {
  const [code, verifier, subject] = [newToken(), newToken(), newToken()];
  await sql`insert into oauth_codes (code_hash, provider, subject, email, is_email_verified, name, code_challenge, expires_at)
    values (${sha256(code)}, 'github', ${subject}, ${freshAddress()}, true, 'Anna', ${sha256(verifier).toString('base64url')}, ${inAnHour()})`;
  return {
    attempt: () => call('POST', '/v1/auth/oauth/exchange', { body: { code, code_verifier: verifier } }),
    statuses: { 200: 1, 400: atOnce - 1 },
    effect: () => countOf(sql`select from sessions join identities using (user_id) where subject = ${subject}`),
    wanted: 1,
  };
}

async function prepareState(atOnce: number): Promise<Round> {
  const [state, secret] = [newToken(), newToken()];
  await sql`insert into oauth_states (state_hash, browser_hash, provider, return_to, code_challenge, expires_at)
    values (${sha256(state)}, ${sha256(secret)}, 'github', 'https://app.kairos.test/signed-in', 'x', ${inAnHour()})`;
  const path = `/v1/auth/oauth/github/callback?state=${state}&error=access_denied`;
  return {
    attempt: () => call('GET', path, { headers: { Cookie: `__Host-kairos_oauth=${secret}` } }),
    statuses: { 303: 1, 400: atOnce - 1 },
    effect: () => countOf(sql`select from oauth_states where state_hash = ${sha256(state)}`),
    wanted: 0,
  };
}

async function prepareRefresh(atOnce: number): Promise<Round> {
  const rider = await createRider();
  const children = new Set<string>();
  return {
    attempt: async () => {
      const answer = await requestToken({ grant_type: 'refresh_token', refresh_token: rider.refreshToken });
      children.add(answer.json.refresh_token);
      return answer;
    },
    statuses: { 200: atOnce },
    effect: async () => [
      children.size,
      await sql`select counter, reuse_count, revoked_at from sessions where id = ${rider.sessionId}`,
    ],
    wanted: [1, [{ counter: 1, reuse_count: 0, revoked_at: null }]],
  };
}

async function prepareRegistration(atOnce: number): Promise<Round> {
  const email = freshAddress();
  const body = { email, password: 'five slow gravel passes', name: 'Anna' };
  return {
    attempt: () => call('POST', '/v1/auth/register', { body }),
    statuses: { 202: atOnce },
    effect: async () => [await countOf(sql`select from registrations where email = ${email}`), await ridersAt(email)],
    wanted: [atOnce, 0],
  };
}

async function prepareWrongPasswords(atOnce: number): Promise<Round> {
  const { id, email } = await createRider();
  return {
    attempt: () => requestToken({ grant_type: 'password', username: email, password: 'wrong password' }),
    statuses: { 400: atOnce },
    effect: () => sql`select failures from attempts where key = ${`account:${id}`}`,
    wanted: [{ failures: atOnce }],
  };
}

/** bcrypt of `riderPassword`, at the minimum cost. */
const bcryptHash = '$2b$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy';

async function prepareRehash(atOnce: number): Promise<Round> {
  const { id, email } = await createRider();
  await sql`update users set password_hash = ${bcryptHash} where id = ${id}`;
  return {
    attempt: () => requestToken({ grant_type: 'password', username: email, password: riderPassword }),
    statuses: { 200: atOnce },
    effect: async () => {
      const [row] = await sql`select password_hash like '$argon2id$%' as is_new from users where id = ${id}`;
      return [row?.is_new, await auditOf('auth.password_rehashed', id)];
    },
    wanted: [true, 1],
  };
}

export const signInRaces: readonly Race[] = [
  {
    title: 'only one of many uses of a verification link succeeds [S1, A4]',
    prepare: async (atOnce) => {
      const email = freshAddress();
      const [token] = await insertRegistrations(email, 1);
      const statuses = { 200: 1, 400: atOnce - 1 };
      return { attempt: () => verify(token), statuses, effect: () => ridersAt(email), wanted: 1 };
    },
  },
  {
    title: 'only one of many verification links to one address makes a rider [S8, A10]',
    prepare: async (atOnce) => {
      const email = freshAddress();
      const tokens = await insertRegistrations(email, atOnce);
      const statuses = { 200: 1, 400: atOnce - 1 };
      return { attempt: (n) => verify(tokens[n]), statuses, effect: () => ridersAt(email), wanted: 1 };
    },
  },
  { title: 'only one of many returns with one OAuth state succeeds [S5, F2]', prepare: prepareState },
  { title: 'only one of many exchanges of a sign-in code succeeds [S6, F2]', prepare: prepareExchange },
  { title: 'all uses of one refresh token get the same child [S7, C2]', prepare: prepareRefresh },
  { title: 'only one of many uses of a reset link succeeds [S2, D2]', prepare: prepareReset },
  {
    title: 'many registrations of one address make no rider before the verification [S8, A10]',
    prepare: prepareRegistration,
  },
  { title: 'every one of many simultaneous wrong passwords is counted [S14, B3]', prepare: prepareWrongPasswords },
  {
    title: "a predecessor's hash is replaced once, and all logins succeed [S18, B13]",
    prepare: prepareRehash,
  },
];
