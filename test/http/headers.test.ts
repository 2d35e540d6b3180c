import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call } from '../support/app.ts';
import { createJourney, createRider, type Rider } from '../support/factories.ts';
import { appWith, refusing, unreachable } from './app-with.ts';

let rider: Rider;
let journeyId: string;
beforeAll(async () => {
  rider = await createRider();
  journeyId = (await createJourney(rider)).id;
});

const json = { 'Content-Type': 'application/json' };
const as = (method: string, path: string, options = {}) => call(method, path, { token: rider.token, ...options });

/** One response of each status that we give. */
const answers: Readonly<Record<string, () => Promise<Answer>>> = {
  '200': () => as('GET', '/v1/me'),
  '200 to a stranger': () => call('GET', '/health'),
  '201': () => as('POST', '/v1/journeys', { body: { name: 'A journey' } }),
  '202': () => call('POST', '/v1/auth/verify-email/resend', { body: { email: 'nobody@kairos.test' } }),
  '204': async () => as('DELETE', `/v1/journeys/${(await createJourney(rider)).id}`),
  '204 to a preflight': () => call('OPTIONS', '/v1/me', { headers: { 'Access-Control-Request-Method': 'PATCH' } }),
  '400': () => as('GET', '/v1/me?x=1'),
  '400 of the token endpoint': () => call('POST', '/v1/auth/token', { body: new URLSearchParams({ grant_type: 'x' }) }),
  '401': () => call('GET', '/v1/me'),
  '403': () => call('GET', 'http://api.kairos.test/v1/me'),
  '404': () => call('GET', '/nothing'),
  '404 of a thing': () => as('GET', `/v1/journeys/${crypto.randomUUID()}`),
  '405': () => as('PUT', '/v1/me'),
  '409': async () => as('GET', `/v1/journeys/${journeyId}/nearby`),
  '413': () => call('POST', '/v1/auth/register', { headers: json, body: ' '.repeat(300_000) }),
  '415': () => call('POST', '/v1/auth/register', { headers: { 'Content-Type': 'text/plain' }, body: '{}' }),
  '422': () => as('GET', '/v1/journeys/1'),
  '429': () => appWith({ LIMIT_API: refusing })('GET', '/v1/me', { token: rider.token }),
  '500': () => appWith({ TOKEN_SECRET: undefined })('GET', '/health'),
  '503': () => appWith(unreachable)('GET', '/v1/me', { token: rider.token }),
};

describe('headers of responses [O1, O2]', () => {
  test.each(Object.entries(answers))(
    'a response %s has the security and cache headers and does not reveal our software',
    async (name, ask) => {
      const { status, headers, text } = await ask();
      expect(status, text).toBe(Number(name.slice(0, 3)));

      const [, maxAge] = /^max-age=(\d+); includeSubDomains/.exec(headers.get('Strict-Transport-Security') ?? '') ?? [];
      expect(Number(maxAge)).toBeGreaterThanOrEqual(31_536_000);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('X-Frame-Options')).toBe('DENY');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
      expect(headers.get('Cache-Control')).toBe('no-store');
      for (const name of ['Server', 'X-Powered-By', 'Via', 'X-AspNet-Version', 'Set-Cookie'])
        expect(headers.has(name), name).toBe(false);
    },
  );

  test.each(Object.entries(answers))(
    'a response %s has its own request id, not one chosen by the client',
    async (_, ask) => {
      const [first, second] = [await ask(), await ask()];
      const ids = [first, second].map(({ headers }) => headers.get('X-Request-Id'));
      expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(ids[0]).not.toBe(ids[1]);
      if (first.json?.code) expect(first.json.request_id).toBe(ids[0]);
    },
  );

  test('a request id sent by the client is ignored', async () => {
    const headers = {
      'X-Request-Id': 'mine',
      'CF-Ray': 'mine',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const answer = await call('GET', '/v1/me', { headers });
    expect(answer.headers.get('X-Request-Id')).not.toContain('mine');
    expect(answer.text).not.toContain('mine');
  });
});
