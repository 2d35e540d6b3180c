import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { appWith } from '../../http/app-with.ts';
import { call } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import {
  authorizePath,
  comeBack,
  consent,
  cookieFrom,
  exchange,
  newProfile,
  newVerifier,
  returnTo,
  setOut,
  signInAt,
} from './browser.ts';

describe('starting a sign-in with a provider', () => {
  test('only providers with both an id and a secret are offered', async () => {
    expect((await call('GET', '/v1/auth/providers')).json).toEqual({
      items: [
        { id: 'google', name: 'Google' },
        { id: 'github', name: 'GitHub' },
      ],
      next_cursor: null,
    });
    const without = appWith({ GOOGLE_CLIENT_SECRET: '', GITHUB_CLIENT_ID: undefined });
    expect((await without('GET', '/v1/auth/providers')).json.items).toEqual([]);
    const path = authorizePath('google', { code_challenge: newVerifier().challenge });
    expect((await without('GET', path)).json.code).toBe('signin.provider_unknown');
    expect((await call('GET', path.replace('google', 'gitlab'))).status).toBe(422);
  });

  test('a sign-in sends a state of 256 bits and an S256 challenge, and stores no secret in the clear [F1, F3]', async () => {
    const { challenge, cookie, url } = await setOut();
    const parameters = new URL(url).searchParams;
    const state = parameters.get('state') ?? '';
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(parameters.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(parameters.get('code_challenge')).not.toBe(challenge);
    expect([parameters.get('code_challenge_method'), parameters.get('response_type')]).toEqual(['S256', 'code']);
    expect(parameters.get('redirect_uri')).toBe(`${env.API_URL}/v1/auth/oauth/google/callback`);
    const rows = await sql`select s::text as text from oauth_states s`;
    expect(rows.filter(({ text }) => text.includes(state) || text.includes(cookie.split('=')[1]))).toEqual([]);
  });

  test('a sign-in is bound to the browser by a __Host- cookie that scripts cannot read [F1]', async () => {
    const answer = await call('GET', authorizePath('github', { code_challenge: newVerifier().challenge }));
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-kairos_oauth=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const again = await call('GET', authorizePath('github', { code_challenge: newVerifier().challenge }), {
      headers: { Cookie: cookieFrom(answer) },
    });
    expect(cookieFrom(again)).toBe(cookieFrom(answer));
  });

  test.each(['redirect_uri', 'client_id', 'scope', 'state', 'nonce', 'prompt', 'response_type', 'code_challenge'])(
    'a client cannot set %s of the provider request [F4]',
    async (name) => {
      const path = `${authorizePath('google', { code_challenge: newVerifier().challenge })}&${name}=https://evil.example`;
      expect([400, 422]).toContain((await call('GET', path)).status);
    },
  );

  const hostile = [
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https:/evil.example',
    '\t//evil.example',
    '%2f%2fevil.example',
    'https://app.kairos.test@evil.example/signed-in',
    'https://app.kairos.test:443@evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'https://app.kairos.test。evil.example/signed-in',
    'https://app.kairos.test.evil.example/signed-in',
    'https://evil.example/https://app.kairos.test/signed-in',
    'https://evil.example?https://app.kairos.test/signed-in',
    'https://evil.example#https://app.kairos.test/signed-in',
    'https://app.kairos.test/signed-in/../evil',
    'https://app.kairos.test/signed-in/',
    'https://app.kairos.test/signed-in?x=1',
    'https://app.kairos.test/signed-in#x',
    'https://app.kairos.test/signed-in%00',
    'https://app.kairos.test/signed-in ',
    ' https://app.kairos.test/signed-in',
    'https://app.kairos.test/signed-in\n',
    'https://app.kairos.test/Signed-in',
    'https://app.kairos.test/signed%2Din',
    'https://APP.kairos.test/signed-in',
    'https://app.kairos.test./signed-in',
    'https://app.kairos.test:443/signed-in',
    'http://app.kairos.test/signed-in',
    'https://other.kairos.test/signed-in',
    'https://kairos.test/signed-in',
    'app.kairos.test/signed-in',
    '/signed-in',
    '',
    '/',
    'https://',
    'https://[::1]/signed-in',
    'https://app.kairos.test\\signed-in',
    'https://app.kairos.test/signed-in,kairos://signed-in',
    'kairos://evil',
    'null',
    '*',
    '\u202ehttps://app.kairos.test/signed-in',
  ];
  test.each(hostile)('the return address %j is refused [F11]', async (address) => {
    const path = authorizePath('google', { code_challenge: newVerifier().challenge, return_to: address });
    const answer = await call('GET', path);
    expect([answer.status, answer.headers.get('Location')]).toEqual([400, null]);
    expect(['signin.return_not_allowed', 'http.malformed_url', 'http.bad_request']).toContain(answer.json.code);
  });

  test.each(['return_to[]', 'return_to[a]'])('a second return address by %s is refused [F11]', async (name) => {
    const path = `/v1/auth/oauth/google/authorize?${name}=${returnTo}&code_challenge_method=S256&code_challenge=${newVerifier().challenge}`;
    expect([400, 422]).toContain((await call('GET', path)).status);
    expect([400, 422]).toContain(
      (await call('GET', `${path.replace(name, 'return_to')}&return_to=https://evil.example`)).status,
    );
  });

  test('a listed app scheme is accepted as return address', async () => {
    const { challenge } = newVerifier();
    const answer = await call(
      'GET',
      authorizePath('google', { code_challenge: challenge, return_to: 'kairos://signed-in' }),
    );
    const path = await consent(answer.headers.get('Location') ?? '', newProfile());
    expect((await comeBack(path, cookieFrom(answer))).headers.get('Location')).toMatch(
      /^kairos:\/\/signed-in\?code=[\w-]{43}$/,
    );
  });
});

describe('returning from a provider', () => {
  test('a return from a provider answers 303 with a code and without tokens [F12, F13]', async () => {
    const { cookie, url } = await setOut();
    const answer = await comeBack(await consent(url, newProfile()), cookie);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('Location')).toMatch(/^https:\/\/app\.kairos\.test\/signed-in\?code=[\w-]{43}$/);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  test('a return with another browser, provider or state, or too late, is refused [F1, F5]', async () => {
    const [mine, other] = [await setOut(), await setOut()];
    const path = await consent(mine.url, newProfile());
    setTime(new Date());
    const refused = [
      await comeBack(path, other.cookie),
      await comeBack(path, ''),
      await comeBack(path.replace('google', 'github'), mine.cookie),
      await comeBack(path.replace(/state=[\w-]+/, ''), mine.cookie),
      await comeBack(
        path.replace(/state=([\w-])/, (_, first) => `state=${first === 'A' ? 'B' : 'A'}`),
        mine.cookie,
      ),
    ];
    for (const { status, json, headers } of refused)
      expect([status, json.code, headers.get('Location')]).toEqual([400, 'signin.invalid_state', null]);
    advance(601, 'seconds');
    expect((await comeBack(path, mine.cookie)).json.code).toBe('signin.invalid_state');
  });

  test('only one of twenty simultaneous returns with one state gets a code [F2, S5]', async () => {
    const { cookie, url } = await setOut();
    const path = await consent(url, newProfile());
    const answers = await Promise.all(Array.from({ length: 20 }, () => comeBack(path, cookie)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(400)]);
    expect((await comeBack(path, cookie)).status).toBe(400);
  });

  test.each(['token_500', 'html', 'long', 'hang', 'wrong_json'] as const)(
    'a provider failure (%s) leads back to the app with an error and nothing else [F14]',
    async (fault) => {
      const profile = newProfile({ fault });
      const tries = (['google', 'github'] as const).map((provider) => signInAt(provider, profile));
      for (const { address } of await Promise.all(tries))
        expect(address.href).toBe(`${returnTo}?error=provider_failed`);
      expect(await sql`select from oauth_codes where subject = ${profile.subject}`).toEqual([]);
    },
    30_000,
  );

  test('an unreachable provider leads back to the app with an error [F14]', async () => {
    const { cookie, url } = await setOut();
    const path = await consent(url, newProfile());
    const away = appWith({ GOOGLE_BASE_URL: 'http://127.0.0.1:1' });
    const answer = await away('GET', path, { headers: { Cookie: cookie } });
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `${returnTo}?error=provider_failed`]);
  });

  test("the provider's own error text is not passed on [F15]", async () => {
    const { address } = await signInAt('google', undefined);
    expect(address.href).toBe(`${returnTo}?error=access_denied`);
    const { cookie, url } = await setOut();
    const path = await consent(url, undefined);
    const odd = path.replace('access_denied', encodeURIComponent('<script>alert(1)</script>'));
    expect((await comeBack(odd, cookie)).headers.get('Location')).toBe(`${returnTo}?error=provider_failed`);
  });

  test('a return that names another issuer than the chosen provider is refused [F5]', async () => {
    const { cookie, url } = await setOut();
    const path = await consent(url, newProfile());
    const answer = await comeBack(`${path}&iss=${encodeURIComponent('https://accounts.google.com')}`, cookie);
    expect(answer.headers.get('Location')).toBe(`${returnTo}?error=provider_failed`);
  });

  const seconds = () => Math.floor(Date.now() / 1_000);
  const forged: [string, () => Record<string, unknown>][] = [
    ['another issuer', () => ({ iss: 'https://accounts.google.com' })],
    ['another audience', () => ({ aud: 'another-client' })],
    ['several audiences', () => ({ aud: ['kairos-test', 'another-client'] })],
    ['another authorised party', () => ({ azp: 'another-client' })],
    ['an expiry in the past', () => ({ exp: seconds() - 60, iat: seconds() - 3_600 })],
    ['no expiry', () => ({ exp: null })],
    ['another nonce', () => ({ nonce: 'AAAA' })],
    ['no nonce', () => ({ nonce: null })],
    ['no subject', () => ({ sub: null })],
    ['a subject of another type', () => ({ sub: 7 })],
  ];
  test.each(forged)('an id token with %s is refused [F6]', async (_, claims) => {
    const { address } = await signInAt('google', newProfile({ claims: claims() }));
    expect(address.href).toBe(`${returnTo}?error=provider_failed`);
  });

  test('an id token signed with another key is refused [F6]', async () => {
    const { address } = await signInAt('google', newProfile({ forged: true }));
    expect(address.href).toBe(`${returnTo}?error=provider_failed`);
  });
});

describe('the sign-in code', () => {
  test('a sign-in code works once, and a second use ends the session of the first [F12]', async () => {
    const back = await signInAt('google', newProfile());
    const first = await exchange(back);
    expect(first.status).toBe(200);
    const me = () => call('GET', '/v1/me', { token: first.json.access_token });
    expect((await me()).status).toBe(200);
    const second = await exchange(back);
    expect([second.status, second.json.code]).toEqual([400, 'signin.invalid_code']);
    expect((await me()).status).toBe(401);
  });

  test('a sign-in code is refused without its verifier, after a minute, or when altered [F12]', async () => {
    const back = await signInAt('google', newProfile());
    setTime(new Date());
    for (const attempt of [
      { ...back, verifier: newVerifier().verifier },
      { ...back, code: `${back.code.slice(0, -1)}${back.code.endsWith('A') ? 'B' : 'A'}` },
      { ...back, code: '' },
    ])
      expect((await exchange(attempt)).json.code).toBe('signin.invalid_code');
    advance(61, 'seconds');
    expect((await exchange(back)).json.code).toBe('signin.invalid_code');
    expect(await sql`select from oauth_codes c where c::text like ${`%${back.code}%`}`).toEqual([]);
  });

  test('only one of twenty simultaneous exchanges of a code gets a session [F2, S6]', async () => {
    for (let round = 0; round < 5; round += 1) {
      const profile = newProfile();
      const back = await signInAt('github', profile);
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(back)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(400)]);
      const rows =
        await sql`select s.id from sessions s join identities i using (user_id) where i.subject = ${profile.subject}`;
      expect(rows).toHaveLength(1);
    }
  });

  test('no token of the provider is stored in any table [F17]', async () => {
    const profile = newProfile();
    await exchange(await signInAt('github', profile));
    const columns =
      await sql`select table_name, column_name from information_schema.columns where table_name like 'oauth_%' or table_name = 'identities' order by 1, 2`;
    expect(columns.map(({ column_name }) => column_name).filter((name) => /token|verifier|nonce/.test(name))).toEqual(
      [],
    );
  });
});
