import { describe, expect, test } from 'vitest';
import { type Answer, call, clientWith, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider, riderPassword } from '../../support/factories.ts';

const own = 'https://api.kairos.test';
const listed = 'https://app.kairos.test';
const names = ['access', 'refresh', 'device'].map((name) => `__Host-kairos_${name}`);

const cookiesOf = ({ headers }: Answer): Map<string, string> =>
  new Map(headers.getSetCookie().map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));

/** What a browser sends back of what an answer has set. */
const jar = (answer: Answer): string =>
  [...cookiesOf(answer)].map(([name, value]) => `${name}=${value.split(';', 1)}`).join('; ');

const logIn = (rider: Rider, headers: Record<string, string> = { Origin: own }) =>
  requestToken(
    { grant_type: 'password', username: rider.email, password: riderPassword, transport: 'cookie' },
    { headers },
  );

async function signedIn() {
  const rider = await createRider();
  const answer = await logIn(rider);
  expect(answer.status).toBe(200);
  return { rider, Cookie: jar(answer) };
}

const refresh = (Cookie: string, headers: Record<string, string> = { Origin: own }) =>
  requestToken({ grant_type: 'refresh_token', transport: 'cookie' }, { headers: { Cookie, ...headers } });

describe('signing in from a browser', () => {
  test('G1: puts the tokens into cookies that no script, no plain http and no other host gets, and into nothing else', async () => {
    const rider = await createRider();
    const answer = await logIn(rider);
    expect(answer.json).toEqual({
      token_type: 'Cookie',
      expires_in: 900,
      scope: expect.stringContaining('profile:read'),
    });
    const cookies = cookiesOf(answer);
    expect([...cookies.keys()]).toEqual(names);
    for (const [name, text] of cookies) {
      const attributes = text.split('; ').slice(1);
      expect(attributes.map((attribute) => attribute.replace(/=\d+$/, '')).toSorted()).toEqual([
        'HttpOnly',
        'Max-Age',
        'Path=/',
        'SameSite=Lax',
        'Secure',
      ]);
      expect(text).not.toMatch(/domain/i);
      expect(name.length + text.length).toBeLessThan(4_096);
    }
    expect(cookies.get('__Host-kairos_access')).toContain('Max-Age=900;');
    expect(cookies.get('__Host-kairos_refresh')).toContain(`Max-Age=${60 * 86_400};`);
    expect(cookies.get('__Host-kairos_device')).toContain(`Max-Age=${400 * 86_400};`);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  test('works with the cookies alone, for reading, writing and renewing', async () => {
    const { rider, Cookie } = await signedIn();
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).json.id).toBe(rider.id);
    const headers = { Cookie, Origin: own };
    expect((await call('PATCH', '/v1/me', { headers, body: { bio: 'By cookie' } })).json.bio).toBe('By cookie');
    const renewed = await refresh(Cookie);
    expect([...cookiesOf(renewed).keys()]).toEqual(names.slice(0, 2));
    expect(renewed.json.token_type).toBe('Cookie');
    expect((await refresh(jar(renewed))).status).toBe(200);
  });

  test('B14: makes a session of its own and ends the one that was presented', async () => {
    const { rider, Cookie } = await signedIn();
    const [before] = await sql`select id from sessions where user_id = ${rider.id} and id <> ${rider.sessionId}`;
    const again = await logIn(rider, { Origin: own, Cookie });
    expect(again.status).toBe(200);
    const rows =
      await sql`select id, revoked_because from sessions where user_id = ${rider.id} and id <> ${rider.sessionId} order by id`;
    expect(rows).toHaveLength(2);
    expect(rows.find(({ id }) => id === before?.id)?.revoked_because).toBe('logout');
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).status).toBe(401);
    expect((await call('GET', '/v1/me', { headers: { Cookie: jar(again) } })).status).toBe(200);
  });

  test('B5: the browser that has signed in before gets in while others are locked out', async () => {
    const { rider, Cookie } = await signedIn();
    for (let tries = 0; tries < 6; tries += 1)
      await requestToken({ grant_type: 'password', username: rider.email, password: 'wrong password' });
    expect((await logIn(rider)).status).toBe(400);
    expect((await logIn(rider, { Origin: own, Cookie })).status).toBe(200);
  });

  test('changing the password answers new cookies, and no token in the body', async () => {
    const { Cookie } = await signedIn();
    const body = { current_password: riderPassword, new_password: 'another gravel road 88' };
    const changed = await call('POST', '/v1/auth/password/change', { headers: { Cookie, Origin: own }, body });
    expect(changed.json.token_type).toBe('Cookie');
    expect((await call('GET', '/v1/me', { headers: { Cookie: jar(changed) } })).status).toBe(200);
    expect((await refresh(jar(changed))).status).toBe(200);
  });

  test('C13: logging out ends the session, takes the cookies back and empties the browser, also twice and late', async () => {
    const { Cookie } = await signedIn();
    setTime(new Date());
    advance(1, 'hours');
    for (let times = 0; times < 2; times += 1) {
      const answer = await call('POST', '/v1/auth/logout', { headers: { Cookie, Origin: own }, body: {} });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('Clear-Site-Data')).toBe('"cache", "cookies", "storage"');
      const cookies = cookiesOf(answer);
      expect([...cookies.keys()]).toEqual(names);
      for (const text of cookies.values())
        expect(text.split('; ').toSorted()).toEqual(['', 'HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', 'Secure']);
    }
    expect((await refresh(Cookie)).status).toBe(400);
    const bearer = await call('POST', '/v1/auth/logout', { body: {} });
    expect([bearer.status, bearer.headers.has('Clear-Site-Data'), bearer.headers.getSetCookie()]).toEqual([
      204,
      false,
      [],
    ]);
  });
});

describe('a page of somebody else', () => {
  const strangers: [string, Record<string, string>][] = [
    ['no sign of where it comes from', {}],
    ['an Origin of null', { Origin: 'null' }],
    ['a sibling host', { Origin: 'https://evil.kairos.test', 'Sec-Fetch-Site': 'same-site' }],
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['plain http', { Origin: 'http://api.kairos.test' }],
    ['another port', { Origin: 'https://api.kairos.test:8443' }],
    ['a longer name', { Origin: 'https://api.kairos.test.evil.example' }],
    ['capital letters', { Origin: 'https://API.kairos.test' }],
    ['a trailing slash', { Origin: 'https://api.kairos.test/' }],
    ['Sec-Fetch-Site none', { 'Sec-Fetch-Site': 'none' }],
    ['Sec-Fetch-Site same-site alone', { 'Sec-Fetch-Site': 'same-site' }],
    ['our Origin, sent cross-site', { Origin: own, 'Sec-Fetch-Site': 'cross-site' }],
    ['a Referer of ours', { Referer: `${own}/` }],
  ];

  test.each(strangers)('G2, G5: with %s changes nothing, logs nobody in and renews nothing', async (_, headers) => {
    const { rider, Cookie } = await signedIn();
    const answers = [
      await call('PATCH', '/v1/me', { headers: { Cookie, ...headers }, body: { bio: 'Owned' } }),
      await call('DELETE', '/v1/me', { headers: { Cookie, ...headers } }),
      await call('POST', '/v1/auth/logout', { headers: { Cookie, ...headers }, body: {} }),
      await logIn(rider, headers),
      await refresh(Cookie, headers),
    ];
    for (const { status, json } of answers) expect([status, json.code]).toEqual([403, 'auth.cross_origin']);
    for (const answer of answers) expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).json.bio).toBe('');
  });

  test.each([
    ['our own page', { Origin: own }],
    ['our own page, said by Sec-Fetch-Site alone', { 'Sec-Fetch-Site': 'same-origin' }],
    ['a listed origin', { Origin: listed, 'Sec-Fetch-Site': 'same-site' }],
  ])('G2: %s may', async (_, headers) => {
    const { Cookie } = await signedIn();
    expect((await call('PATCH', '/v1/me', { headers: { Cookie, ...headers }, body: { bio: 'Mine' } })).status).toBe(
      200,
    );
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'Text/PLAIN',
    'application/json; x',
  ])('G3: cannot get a form of %s past that', async (type) => {
    const { Cookie } = await signedIn();
    const headers = { Cookie, 'Content-Type': type, Origin: 'https://evil.example' };
    const body = JSON.stringify({ bio: 'Owned' });
    const answer = await call('PATCH', '/v1/me', { headers, body });
    expect([403, 415]).toContain(answer.status);
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).json.bio).toBe('');
  });

  test('G6: cannot make a GET change anything, whatever method it claims', async () => {
    const { Cookie } = await signedIn();
    for (const headers of [{ 'X-HTTP-Method-Override': 'DELETE' }, { 'X-Method-Override': 'DELETE' }] as Record<
      string,
      string
    >[])
      expect((await call('GET', '/v1/me', { headers: { Cookie, ...headers } })).status).toBe(200);
    expect((await call('GET', '/v1/me?_method=DELETE', { headers: { Cookie } })).status).toBe(400);
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).status).toBe(200);
  });

  test('G7, G9: reads with cookies only where it is listed, on errors too', async () => {
    const { Cookie } = await signedIn();
    for (const path of ['/v1/me', '/v1/journeys/nonsense', '/v1/nowhere']) {
      const mine = await call('GET', path, { headers: { Cookie, Origin: listed } });
      expect(mine.headers.get('Access-Control-Allow-Origin')).toBe(listed);
      expect(mine.headers.get('Access-Control-Allow-Credentials')).toBe('true');
      for (const Origin of ['https://evil.example', 'null', `${listed}.evil.example`, listed.toUpperCase()]) {
        const other = await call('GET', path, { headers: { Cookie, Origin } });
        expect(other.headers.has('Access-Control-Allow-Origin')).toBe(false);
        expect(other.headers.has('Access-Control-Allow-Credentials')).toBe(false);
        expect(other.headers.get('Vary')).toContain('Origin');
      }
    }
  });
});

describe('what is in a cookie', () => {
  test('G4: does not count beside an Authorization header, good or bad', async () => {
    const [{ Cookie }, other] = [await signedIn(), await createRider()];
    const client = clientWith(other.token);
    expect((await client.get('/v1/me', { headers: { Cookie } })).json.id).toBe(other.id);
    expect((await client.patch('/v1/me', { bio: 'Bearer' }, { headers: { Cookie } })).json.id).toBe(other.id);
    expect((await clientWith('not.a.token').get('/v1/me', { headers: { Cookie } })).status).toBe(401);
  });

  test('G10: counts once: two of a name are refused, whichever comes first', async () => {
    const [{ Cookie }, { Cookie: other }] = [await signedIn(), await signedIn()];
    expect((await call('GET', '/v1/me', { headers: { Cookie: `${Cookie}; ${other}` } })).status).toBe(401);
    expect((await refresh(`${Cookie}; ${other}`)).status).toBe(401);
    for (const odd of ['\u00a0', '%20', '"'])
      expect((await call('GET', '/v1/me', { headers: { Cookie: Cookie.replace('=', `=${odd}`) } })).status, odd).toBe(
        401,
      );
    expect((await call('GET', '/v1/me', { headers: { Cookie: `theme=dark; ${Cookie}; x=` } })).status).toBe(200);
  });

  test('C17: is one kind of token each: no refresh token, device token or key where the access token stands', async () => {
    const { rider, Cookie } = await signedIn();
    const value = (name: string) => new RegExp(`__Host-kairos_${name}=([^;]+)`).exec(Cookie)?.[1];
    const { json: key } = await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] });
    for (const token of [value('refresh'), value('device'), key.token])
      expect((await call('GET', '/v1/me', { headers: { Cookie: `__Host-kairos_access=${token}` } })).status).toBe(401);
    expect((await call('GET', '/v1/me', { headers: { Cookie: `kairos_access=${value('access')}` } })).status).toBe(401);
    const bearer = await requestToken({ grant_type: 'refresh_token' }, { headers: { Cookie, Origin: own } });
    expect([bearer.status, bearer.json.error]).toEqual([400, 'invalid_request']);
  });

  test('C9: is refused as soon as its session has ended', async () => {
    const { rider, Cookie } = await signedIn();
    await rider.delete('/v1/auth/sessions');
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).status).toBe(401);
    const write = await call('PATCH', '/v1/me', { headers: { Cookie, Origin: own }, body: { bio: 'Late' } });
    expect(write.status).toBe(401);
    expect((await refresh(Cookie)).status).toBe(400);
  });
});
