import { exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { apiUrl, call, nextNetwork } from '../support/app.ts';
import { createJourney, createRider } from '../support/factories.ts';

const reads = [
  '/health',
  '/.well-known/jwks.json',
  '/.well-known/security.txt',
  '/openapi.json',
  '/',
  '/docs',
  '/v1/me',
  '/v1/journeys',
  '/v1/nothing',
];

const answerTo = (method: string, path: string, token: string | undefined) =>
  exports.default.fetch(
    new Request(new URL(path, apiUrl), {
      method,
      headers: { 'CF-Connecting-IP': nextNetwork(), ...(token && { Authorization: `Bearer ${token}` }) },
    }),
  );

test.each(reads)('HEAD %s answers as GET does, without a body [K18]', async (path) => {
  const { token } = await createRider();
  for (const credential of [token, undefined]) {
    const [head, get] = [await answerTo('HEAD', path, credential), await answerTo('GET', path, credential)];
    expect(head.status).toBe(get.status);
    expect(await head.text()).toBe('');
    expect(await get.text()).not.toBe('');
    const stable = ({ headers }: Response) =>
      [...headers].filter(([name]) => !['x-request-id', 'content-length'].includes(name));
    expect(stable(head)).toEqual(stable(get));
  }
});

test.each(['TRACE', 'PROPFIND', 'MKCOL', 'LOCK', 'PURGE', 'SEARCH'])(
  'the method %s answers 405 on existing paths and 404 elsewhere [K18]',
  async (method) => {
    const { token } = await createRider();
    const headers = { 'X-Secret': 'canary' };
    const answer = await call(method, '/v1/me', { token, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toBe('DELETE, GET, HEAD, PATCH');
    expect(answer.text).not.toMatch(/canary|Bearer/);
    expect((await call(method, '/v1/nothing', { token })).status).toBe(404);
  },
);

test('pages and documents answer 405 to a POST [K18]', async () => {
  for (const path of ['/', '/docs', '/verify-email', '/openapi.json', '/health', '/.well-known/security.txt']) {
    const answer = await call('POST', path, { body: {} });
    expect(answer.status, path).toBe(405);
    expect(answer.headers.get('Allow')).toBe('GET, HEAD');
  }
});

test('headers and queries cannot override the method [G6]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const headers = { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE', 'X-Method-Override': 'DELETE' };
  expect((await call('POST', `/v1/journeys/${id}/activate`, { token: rider.token, headers })).json.status).toBe(
    'active',
  );
  expect((await call('GET', `/v1/journeys/${id}`, { token: rider.token, headers })).status).toBe(200);
  expect((await call('GET', `/v1/journeys/${id}?_method=DELETE`, { token: rider.token })).status).toBe(400);
  expect((await rider.get(`/v1/journeys/${id}`)).status).toBe(200);
});

test('GET and HEAD on changing calls answer 405 and change nothing [G6]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  for (const method of ['GET', 'HEAD'])
    for (const action of ['activate', 'complete', 'deactivate'])
      expect((await answerTo(method, `/v1/journeys/${id}/${action}`, rider.token)).status).toBe(405);
  expect((await rider.get(`/v1/journeys/${id}`)).json).toMatchObject({ status: 'planned', version: 1 });
});
