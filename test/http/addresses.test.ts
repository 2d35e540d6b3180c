import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';
import { appWith, refusing } from './app-with.ts';

let rider: Rider;
let journeyId: string;
beforeAll(async () => {
  rider = await createRider();
  journeyId = (await createJourney(rider)).id;
});

const gamesWith = (path: string): string[] => {
  const [, version, ...rest] = path.split('/');
  const tail = rest.join('/');
  const last = tail.at(-1) ?? '';
  const encoded = `%${last.charCodeAt(0).toString(16)}`;
  return [
    `/${path}`,
    `//${path}`,
    `/${version}//${tail}`,
    `${path}/`,
    `${path}//`,
    `/./${version}/${tail}`,
    `/${version}/./${tail}`,
    `/x/..${path}`,
    `/${version}/x/../${tail}`,
    `/%2e%2e${path}`,
    `/${version}/%2e/${tail}`,
    `/${version}/x/%2e%2e/${tail}`,
    `/${version}%2F${tail}`,
    `/${version}%2f${tail}`,
    `/${version}%5C${tail}`,
    `/${version}\\${tail}`,
    `${path}%2F`,
    `${path}%00`,
    `${path}%20`,
    `${path}%0a`,
    `${path};`,
    `${path};x=1`,
    `${path}.json`,
    `${path}%3Fx=1`,
    `${path}%23`,
    `${path}/..%2f${tail}`,
    path.toUpperCase(),
    `/${version}/${tail.toUpperCase()}`,
    path.slice(0, -1) + encoded,
    path.slice(0, -1) + encoded.replace('%', '%25'),
    `/%76${path.slice(2)}`,
    `${path}%`,
    `${path}%zz`,
    `${path}%c0%ae`,
    `${path}%ff`,
    `${path}%e2%80%8b`,
    `${path}\u00a0`,
    `/${version}/*`,
    `/${version}/:id`,
    `/*`,
  ];
};

describe('other spellings of guarded paths [K17]', () => {
  test('another spelling of a guarded path gives a stranger no access', async () => {
    for (const path of ['/v1/me', '/v1/journeys', `/v1/journeys/${journeyId}/markers`]) {
      for (const spelling of gamesWith(path)) {
        const answer = await call('GET', spelling);
        expect([400, 401, 404], `${spelling}: ${answer.text}`).toContain(answer.status);
      }
    }
  });

  test('another spelling of a path answers a rider as the plain one does, or not at all', async () => {
    const plain = await call('GET', '/v1/me', { token: rider.token });
    for (const spelling of gamesWith('/v1/me')) {
      const answer = await call('GET', spelling, { token: rider.token });
      expect([200, 400, 404, 422], `${spelling}: ${answer.text}`).toContain(answer.status);
      if (answer.status === 200) expect(answer.json).toEqual(plain.json);
    }
  });

  test.each(['LIMIT_LOGIN', 'LIMIT_API'])(
    'another spelling of a path counts in %s or does not exist',
    async (limit) => {
      const send = appWith({ [limit]: refusing });
      expect((await send('POST', '/v1/auth/token')).status).toBe(429);
      for (const spelling of gamesWith('/v1/auth/token')) {
        const body = 'grant_type=password&username=a&password=b';
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const { status, text } = await send('POST', spelling, { body, headers });
        expect([400, 404, 429], `${spelling}: ${text}`).toContain(status);
        expect(text).not.toContain('invalid_grant');
      }
    },
  );

  test('an id in capitals in a path is the same id', async () => {
    const answer = await call('GET', `/v1/journeys/${journeyId.toUpperCase()}`, { token: rider.token });
    expect(answer.json.id).toBe(journeyId);
  });
});

describe('malformed escapes in URLs [K3]', () => {
  test.each([
    '/v1/journeys/%00',
    '/v1/me?x=%00',
    '/%00',
    '/v1/journeys?cursor=%00',
    '/v1/journeys?cursor=%ff',
    '/%ed%a0%80',
    '/v1/me?a=%',
  ])('the malformed URL %s is refused with 400', async (path) => {
    const answer = await call('GET', path, { token: rider.token });
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe('http.malformed_url');
  });
});

describe('oversized requests [K19]', () => {
  const many = (count: number, name: string) => Array.from({ length: count }, (_, n) => `${name}${n}=1`);

  test.each([
    ['a URL of 16 KB', `/v1/journeys?cursor=${'a'.repeat(16 * 1024)}`],
    ['a path of 16 KB', `/v1/${'a'.repeat(16 * 1024)}`],
    ['a path of 30,000 segments', `/v1${'/a'.repeat(30_000)}`],
    ['10,000 query parameters', `/v1/journeys?${many(10_000, 'a').join('&')}`],
    ['10,000 copies of one query parameter', `/v1/journeys?${'limit=1&'.repeat(10_000)}`],
    ['as many query parameters as fit', `/v1/journeys?${many(1_000, 'a').join('&')}`],
  ])('%s is refused with 400', async (_, path) => {
    const answer = await call('GET', path, { token: rider.token });
    expect(answer.status, answer.text.slice(0, 300)).toBe(400);
    expect(answer.text.length).toBeLessThan(16 * 1024);
  });

  test('500 headers and 100 cookies do not change the response', async () => {
    const headers = Object.fromEntries(many(500, 'x-header-').map((line) => line.split('=', 2)));
    const cookie = many(100, 'cookie').join('; ');
    const answer = await call('GET', '/v1/me', { token: rider.token, headers: { ...headers, Cookie: cookie } });
    expect(answer.status).toBe(200);
    expect((await call('GET', '/v1/me', { headers: { ...headers, Cookie: cookie } })).status).toBe(401);
  });

  test('a list of 30,000 languages or types does not change the response', async () => {
    const headers = { 'Accept-Language': 'en-'.repeat(30_000), Accept: 'a/b;q=0.1,'.repeat(10_000) };
    expect((await call('GET', '/v1/me', { token: rider.token, headers })).status).toBe(200);
  });

  test('a credential of 100 KB is refused before it is read [E12]', async () => {
    const answer = await call('GET', '/v1/me', { token: `${rider.token}${'A'.repeat(100_000)}` });
    expect(answer.json).toMatchObject({ status: 401, code: 'auth.invalid_token' });
  });

  test('a response to a body with 10,000 faults lists a hundred of them', async () => {
    const body = JSON.stringify(Object.fromEntries(many(10_000, 'field').map((line) => line.split('=', 2))));
    const answer = await call('PATCH', '/v1/me', {
      token: rider.token,
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toHaveLength(100);
  });
});
