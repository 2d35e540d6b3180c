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

/** The Cookie header that a browser would send after this response. */
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

describe('sign-in with cookies', () => {
  test('a browser sign-in puts the tokens into strict host-only cookies and nowhere else [G1]', async () => {
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

  test('a browser reads, writes and refreshes with its cookies alone', async () => {
    const { rider, Cookie } = await signedIn();
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).json.id).toBe(rider.id);
    const headers = { Cookie, Origin: own };
    expect((await call('PATCH', '/v1/me', { headers, body: { bio: 'By cookie' } })).json.bio).toBe('By cookie');
    const renewed = await refresh(Cookie);
    expect([...cookiesOf(renewed).keys()]).toEqual(names.slice(0, 2));
    expect(renewed.json.token_type).toBe('Cookie');
    expect((await refresh(jar(renewed))).status).toBe(200);
  });

  test('the sign-in page says which cookies the browser has, so that its script makes no call that will be refused', async () => {
    const page = async (Cookie: string) => {
      const { text } = await call('GET', '/sign-in', { headers: { Cookie } });
      return /data-has-access="(\w+)" data-has-refresh="(\w+)"/.exec(text)?.slice(1);
    };
    const { Cookie } = await signedIn();
    expect(await page(Cookie)).toEqual(['true', 'true']);
    expect(await page(Cookie.replace(/__Host-kairos_access=[^;]*; /, ''))).toEqual(['false', 'true']);
    expect(await page('')).toEqual(['false', 'false']);
  });

  test('a browser sign-in starts a new session and ends the one it presented [B14]', async () => {
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

  test('a browser that has signed in before can log in while others lock the account [B5]', async () => {
    const { rider, Cookie } = await signedIn();
    for (let tries = 0; tries < 6; tries += 1)
      await requestToken({ grant_type: 'password', username: rider.email, password: 'wrong password' });
    expect((await logIn(rider)).status).toBe(400);
    expect((await logIn(rider, { Origin: own, Cookie })).status).toBe(200);
  });

  test('a password change by cookie answers with new cookies and no token in the body', async () => {
    const { Cookie } = await signedIn();
    const body = { current_password: riderPassword, new_password: 'another gravel road 88' };
    const changed = await call('POST', '/v1/auth/password/change', { headers: { Cookie, Origin: own }, body });
    expect(changed.json.token_type).toBe('Cookie');
    expect((await call('GET', '/v1/me', { headers: { Cookie: jar(changed) } })).status).toBe(200);
    expect((await refresh(jar(changed))).status).toBe(200);
  });

  test("logout by cookie ends the session and deletes the browser's cookies, even when repeated or after the token has expired [C13]", async () => {
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

describe('requests from other sites', () => {
  const strangers: [string, Record<string, string>][] = [
    ['no Origin or Sec-Fetch-Site', {}],
    ['the Origin null', { Origin: 'null' }],
    ['the Origin of a sibling host', { Origin: 'https://evil.kairos.test', 'Sec-Fetch-Site': 'same-site' }],
    ['the Origin of another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['the Origin of plain http', { Origin: 'http://api.kairos.test' }],
    ['the Origin of another port', { Origin: 'https://api.kairos.test:8443' }],
    ['an Origin that begins like ours', { Origin: 'https://api.kairos.test.evil.example' }],
    ['our Origin in capitals', { Origin: 'https://API.kairos.test' }],
    ['our Origin with a trailing slash', { Origin: 'https://api.kairos.test/' }],
    ['Sec-Fetch-Site: none', { 'Sec-Fetch-Site': 'none' }],
    ['only Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['our Origin sent cross-site', { Origin: own, 'Sec-Fetch-Site': 'cross-site' }],
    ['only our Referer', { Referer: `${own}/` }],
  ];

  test.each(strangers)(
    'a request with %s cannot change, log in or refresh anything by cookie [G2, G5]',
    async (_, headers) => {
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
    },
  );

  test.each([
    ['our own page', { Origin: own }],
    ['our own page with only Sec-Fetch-Site', { 'Sec-Fetch-Site': 'same-origin' }],
    ['a listed origin', { Origin: listed, 'Sec-Fetch-Site': 'same-site' }],
  ])('a request from %s may change something by cookie [G2]', async (_, headers) => {
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
  ])('a cross-site form of the type %s cannot change anything by cookie [G3]', async (type) => {
    const { Cookie } = await signedIn();
    const headers = { Cookie, 'Content-Type': type, Origin: 'https://evil.example' };
    const body = JSON.stringify({ bio: 'Owned' });
    const answer = await call('PATCH', '/v1/me', { headers, body });
    expect([403, 415]).toContain(answer.status);
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).json.bio).toBe('');
  });

  test('a GET by cookie changes nothing, whatever method its headers or query claim [G6]', async () => {
    const { Cookie } = await signedIn();
    for (const headers of [{ 'X-HTTP-Method-Override': 'DELETE' }, { 'X-Method-Override': 'DELETE' }] as Record<
      string,
      string
    >[])
      expect((await call('GET', '/v1/me', { headers: { Cookie, ...headers } })).status).toBe(200);
    expect((await call('GET', '/v1/me?_method=DELETE', { headers: { Cookie } })).status).toBe(400);
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).status).toBe(200);
  });

  test('only listed origins may read responses to cookies, even error responses [G7, G9]', async () => {
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

describe('cookie values', () => {
  test('cookies are ignored next to an Authorization header, valid or not [G4]', async () => {
    const [{ Cookie }, other] = [await signedIn(), await createRider()];
    const client = clientWith(other.token);
    expect((await client.get('/v1/me', { headers: { Cookie } })).json.id).toBe(other.id);
    expect((await client.patch('/v1/me', { bio: 'Bearer' }, { headers: { Cookie } })).json.id).toBe(other.id);
    expect((await clientWith('not.a.token').get('/v1/me', { headers: { Cookie } })).status).toBe(401);
  });

  test('a request with two cookies of one name is refused [G10]', async () => {
    const [{ Cookie }, { Cookie: other }] = [await signedIn(), await signedIn()];
    expect((await call('GET', '/v1/me', { headers: { Cookie: `${Cookie}; ${other}` } })).status).toBe(401);
    expect((await refresh(`${Cookie}; ${other}`)).status).toBe(401);
    for (const odd of ['\u00a0', '%20', '"'])
      expect((await call('GET', '/v1/me', { headers: { Cookie: Cookie.replace('=', `=${odd}`) } })).status, odd).toBe(
        401,
      );
    expect((await call('GET', '/v1/me', { headers: { Cookie: `theme=dark; ${Cookie}; x=` } })).status).toBe(200);
  });

  test('each cookie accepts only its own kind of token [C17]', async () => {
    const { rider, Cookie } = await signedIn();
    const value = (name: string) => new RegExp(`__Host-kairos_${name}=([^;]+)`).exec(Cookie)?.[1];
    const { json: key } = await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] });
    for (const token of [value('refresh'), value('device'), key.token])
      expect((await call('GET', '/v1/me', { headers: { Cookie: `__Host-kairos_access=${token}` } })).status).toBe(401);
    expect((await call('GET', '/v1/me', { headers: { Cookie: `kairos_access=${value('access')}` } })).status).toBe(401);
    const bearer = await requestToken({ grant_type: 'refresh_token' }, { headers: { Cookie, Origin: own } });
    expect([bearer.status, bearer.json.error]).toEqual([400, 'invalid_request']);
  });

  test('a cookie is refused as soon as its session has ended [C9]', async () => {
    const { rider, Cookie } = await signedIn();
    await rider.delete('/v1/auth/sessions');
    expect((await call('GET', '/v1/me', { headers: { Cookie } })).status).toBe(401);
    const write = await call('PATCH', '/v1/me', { headers: { Cookie, Origin: own }, body: { bio: 'Late' } });
    expect(write.status).toBe(401);
    expect((await refresh(Cookie)).status).toBe(400);
  });
});
