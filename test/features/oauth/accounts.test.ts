import { describe, expect, test } from 'vitest';
import { anonymous, call, clientWith, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';
import { cookieFrom, enter, exchange, newProfile, signInAt } from './browser.ts';

const link = async (rider: Rider, profile: ReturnType<typeof newProfile>, provider: 'google' | 'github' = 'google') => {
  const { code, verifier } = await signInAt(provider, profile);
  return await rider.post('/v1/me/identities', { code, code_verifier: verifier });
};

describe.each(['google', 'github'] as const)('sign-in with %s', (provider) => {
  test('a newcomer from a provider gets an account at once, and the same one the next time', async () => {
    const profile = newProfile();
    const first = await enter(profile, provider);
    expect(first.json).toMatchObject({ token_type: 'Bearer', device_token: expect.stringMatching(/^d1\./) });
    const me = (await call('GET', '/v1/me', { token: first.json.access_token })).json;
    expect(me).toMatchObject({ email: profile.email, name: 'Nils Newcomer', role: 'user' });
    const again = await enter({ ...profile, email: 'moved@example.org', name: 'Renamed' }, provider);
    expect((await call('GET', '/v1/me', { token: again.json.access_token })).json).toEqual(me);
  });

  test('another provider account with the same name is another rider [F7]', async () => {
    const profile = newProfile();
    await enter(profile, provider);
    const other = await enter(
      newProfile({ email: `${crypto.randomUUID()}@example.com`, name: profile.name }),
      provider,
    );
    const { json } = await call('GET', '/v1/me', { token: other.json.access_token });
    expect(json.email).not.toBe(profile.email);
  });

  test.each([
    [true, 200],
    ['true', 403],
    [1, 403],
    ['false', 403],
    [false, 403],
    [undefined, 403],
    [null, 403],
  ])(
    'a provider sign-in with verified = %j for the address of an existing account answers %i [F8]',
    async (verified, status) => {
      const rider = await createRider();
      const answer = await enter(newProfile({ email: rider.email, verified }), provider);
      expect(answer.status).toBe(status);
      const linked = (await rider.get('/v1/me/identities')).json.items;
      expect(linked).toHaveLength(status === 200 ? 1 : 0);
      if (status === 403) return expect(answer.json.code).toBe('signin.email_unverified');
      expect((await call('GET', '/v1/me', { token: answer.json.access_token })).json.id).toBe(rider.id);
      expect((await mailTo(rider.email)).subject).toBe('A new way to sign in was linked');
    },
  );

  test("a provider's unverified or missing address makes no account [F8]", async () => {
    for (const fields of [{ verified: false }, { email: undefined }, { email: 'no address' }]) {
      const profile = newProfile(fields);
      expect((await enter(profile, provider)).json.code).toBe('signin.email_unverified');
      expect(await sql`select from identities where subject = ${profile.subject}`).toEqual([]);
    }
  });
});

test("a stranger's registration has no effect once the owner of the address signs in with a provider [A8]", async () => {
  const profile = newProfile();
  const email = profile.email ?? '';
  const wish = { email, password: 'the attacker knows', name: 'Mallory' };
  await anonymous().post('/v1/auth/register', wish);
  const token = tokenIn(await mailTo(email));
  const { json } = await enter(profile);
  expect((await call('GET', '/v1/me', { token: json.access_token })).json.name).toBe('Nils Newcomer');
  expect((await anonymous().post('/v1/auth/verify-email', { token })).status).toBe(400);
  const login = await requestToken({ grant_type: 'password', username: email, password: wish.password });
  expect(login.json.error_description).toBe('The credentials are not valid. Check them and log in again.');
});

test('a login to an account without a password gets the same response as any failed login [B1]', async () => {
  const profile = newProfile();
  await enter(profile);
  const login = (username: string) => requestToken({ grant_type: 'password', username, password: 'anything at all' });
  const [known, unknown] = [await login(profile.email ?? ''), await login('nobody@example.com')];
  expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
});

test('an account without a password can get one only by the mailed link [D11]', async () => {
  const profile = newProfile();
  const email = profile.email ?? '';
  const rider = clientWith((await enter(profile)).json.access_token);
  const password = 'gravel at last 2027';
  for (const current of ['', password]) {
    const fields = { current_password: current, new_password: password };
    expect((await rider.post('/v1/auth/password/change', fields)).status).toBeGreaterThanOrEqual(400);
  }
  const login = () => requestToken({ grant_type: 'password', username: email, password });
  expect((await login()).status).toBe(400);

  await anonymous().post('/v1/auth/password/forgot', { email });
  const token = tokenIn(await mailTo(email));
  expect((await anonymous().post('/v1/auth/password/reset', { token, password })).status).toBe(200);
  expect((await login()).status).toBe(200);
});

test('a disabled rider cannot sign in with a provider and gets the answer for an invalid code [F16]', async () => {
  const profile = newProfile();
  await enter(profile);
  await sql`update users set disabled_at = now() where email = ${profile.email ?? ''}`;
  const [disabled, unknown] = [await enter(profile), await exchange({ code: 'x', verifier: 'y'.repeat(43) })];
  const without = ({ json }: typeof disabled) => ({ ...json, request_id: '' });
  expect([disabled.status, without(disabled)]).toEqual([400, without(unknown)]);
});

test("a rider locked out by others' wrong passwords can sign in with a provider [F16, B5]", async () => {
  const rider = await createRider();
  await link(rider, newProfile());
  for (let tries = 0; tries < 6; tries += 1)
    await requestToken({ grant_type: 'password', username: rider.email, password: 'wrong password' });
  const [{ subject }] = (await sql`select subject from identities where user_id = ${rider.id}`) as [
    { subject: string },
  ];
  expect((await enter(newProfile({ subject }))).status).toBe(200);
});

test('a provider sign-in in a browser puts the tokens into cookies, and a request from another origin is refused', async () => {
  const back = await signInAt('google', newProfile());
  const post = (headers: Record<string, string>) =>
    call('POST', '/v1/auth/oauth/exchange', {
      headers,
      body: { code: back.code, code_verifier: back.verifier, transport: 'cookie' },
    });
  expect((await post({ Origin: 'https://evil.example' })).json.code).toBe('auth.cross_origin');
  const answer = await post({ Origin: 'https://api.kairos.test' });
  expect(answer.json.token_type).toBe('Cookie');
  expect(answer.headers.getSetCookie()).toHaveLength(3);
});

test('a provider sign-in in a browser ends the earlier session of this browser [B14]', async () => {
  const headers = { Origin: 'https://api.kairos.test' };
  const enterBrowser = async (Cookie = '') => {
    const { code, verifier } = await signInAt('google', newProfile());
    const body = { code, code_verifier: verifier, transport: 'cookie' };
    return await call('POST', '/v1/auth/oauth/exchange', { headers: { ...headers, Cookie }, body });
  };
  const before = cookieFrom(await enterBrowser());
  const after = cookieFrom(await enterBrowser(before));
  expect((await call('GET', '/v1/me', { headers: { Cookie: before } })).status).toBe(401);
  expect((await call('GET', '/v1/me', { headers: { Cookie: after } })).status).toBe(200);
});

describe('linked sign-ins', () => {
  test('linking a provider needs a recent login, adds a way to sign in and sends a mail [F9]', async () => {
    const [rider, profile] = [await createRider(), newProfile()];
    const answer = await link(rider, profile, 'github');
    expect(answer.json).toMatchObject({ provider: 'github', email: profile.email });
    expect([answer.status, answer.headers.get('Location')]).toEqual([201, `/v1/me/identities/${answer.json.id}`]);
    expect((await rider.get('/v1/me/identities')).json.items).toEqual([answer.json]);
    const entered = await enter(profile, 'github');
    expect((await call('GET', '/v1/me', { token: entered.json.access_token })).json.id).toBe(rider.id);
    expect((await mailTo(rider.email)).subject).toBe('A new way to sign in was linked');

    setTime(new Date());
    advance(11, 'minutes');
    expect((await link(rider, newProfile())).json.code).toBe('auth.reauthentication_required');
  });

  test('an identity of another rider cannot be linked, and the refusal does not reveal its owner [F9]', async () => {
    const [rider, other, profile] = [await createRider(), await createRider(), newProfile()];
    await link(other, profile);
    const answer = await link(rider, profile);
    expect([answer.status, answer.json.code]).toEqual([409, 'identities.taken']);
    expect(answer.text).not.toContain(other.id);
    expect((await link(other, profile)).json.code).toBe('identities.linked');
    expect((await rider.get('/v1/me/identities')).json.items).toEqual([]);
  });

  test('a link code works only once and only with its verifier [F9]', async () => {
    const [rider, thief] = [await createRider(), await createRider()];
    const { code, verifier } = await signInAt('google', newProfile());
    const stolen = await thief.post('/v1/me/identities', { code, code_verifier: 'A'.repeat(43) });
    expect(stolen.json.code).toBe('signin.invalid_code');
    expect((await rider.post('/v1/me/identities', { code, code_verifier: verifier })).status).toBe(201);
    expect((await thief.post('/v1/me/identities', { code, code_verifier: verifier })).json.code).toBe(
      'signin.invalid_code',
    );
  });

  test('an API key cannot read linked sign-ins [H4]', async () => {
    const rider = await createRider();
    const { json } = await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read', 'profile:write'] });
    expect((await clientWith(json.token).get('/v1/me/identities')).status).toBe(403);
  });
});

describe('unlinking', () => {
  test('only its rider can unlink an identity, which ends that way to sign in [I24]', async () => {
    const [rider, other, profile] = [await createRider(), await createRider(), newProfile()];
    const { json } = await link(rider, profile);
    const path = `/v1/me/identities/${json.id}`;
    const [foreign, random] = [
      await other.delete(path),
      await other.delete(`/v1/me/identities/${crypto.randomUUID()}`),
    ];
    expect([foreign.status, foreign.json.code]).toEqual([404, random.json.code]);
    expect((await rider.delete(path)).status).toBe(204);
    expect((await rider.get('/v1/me/identities')).json.items).toEqual([]);
    const next = await enter(profile);
    expect((await call('GET', '/v1/me', { token: next.json.access_token })).json.id).not.toBe(rider.id);
  });

  test('unlinking needs a recent login and cannot remove the last way to sign in [F10]', async () => {
    const profile = newProfile();
    const { json } = await enter(profile);
    const rider = clientWith(json.access_token);
    const [{ id }] = (await rider.get('/v1/me/identities')).json.items;
    expect((await rider.delete(`/v1/me/identities/${id}`)).json.code).toBe('identities.last_method');

    const withPassword = await createRider();
    const linked = await link(withPassword, newProfile());
    setTime(new Date());
    advance(11, 'minutes');
    const late = await withPassword.delete(`/v1/me/identities/${linked.json.id}`);
    expect(late.json.code).toBe('auth.reauthentication_required');
    await withPassword.post('/v1/auth/reauthenticate', { password: riderPassword });
    expect((await withPassword.delete(`/v1/me/identities/${linked.json.id}`)).status).toBe(204);
  });

  test('two simultaneous unlinkings leave the last way to sign in [F10, S16]', async () => {
    for (let round = 0; round < 10; round += 1) {
      const profile = newProfile();
      const { json } = await enter(profile);
      const rider = clientWith(json.access_token);
      const { code, verifier } = await signInAt('github', newProfile());
      await rider.post('/v1/me/identities', { code, code_verifier: verifier });
      const ids = (await rider.get('/v1/me/identities')).json.items.map(({ id }: { id: string }) => id);
      expect(ids).toHaveLength(2);
      const answers = await Promise.all(ids.map((id: string) => rider.delete(`/v1/me/identities/${id}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    }
  });
});

test('deleting an account deletes its identities and pending sign-in codes [Q1]', async () => {
  const rider = await createRider();
  const profile = newProfile({ email: rider.email });
  await link(rider, profile);
  await signInAt('google', profile);
  expect((await rider.delete('/v1/me')).status).toBe(204);
  expect(await sql`select from identities where subject = ${profile.subject}`).toEqual([]);
  expect(await sql`select from oauth_codes where email = ${rider.email}`).toEqual([]);
});
