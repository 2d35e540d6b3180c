import { neonConfig } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createRider } from '../support/factories.ts';
import { appWith, refusing, unreachable } from './app-with.ts';

const listed = ['https://app.kairos.test', 'https://other.kairos.test'];

const others = [
  'https://app.kairos.test.evil.com',
  'https://app.kairos.test.',
  'https://app.kairos.testevil',
  'https://evilapp.kairos.test',
  'https://kairos.test',
  'https://x.app.kairos.test',
  'http://app.kairos.test',
  'https://app.kairos.test:443',
  'https://app.kairos.test:8443',
  'https://APP.kairos.test',
  'HTTPS://app.kairos.test',
  'https://app.kairos.test/',
  'https://app.kairos.test@evil.com',
  'https://app.kairos.test,https://other.kairos.test',
  'https://app.kairos.test https://evil.com',
  'https://api.kairos.test',
  'null',
  '*',
  'file://',
  'https://',
  'capacitor://localhost',
  'http://localhost',
  'https://аpp.kairos.test',
  'https://app%2ekairos.test',
].map((origin) => encodeURI(origin));

const preflight = (origin: string, headers: Record<string, string> = {}) =>
  call('OPTIONS', '/v1/me', { headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH', ...headers } });

describe('cross-origin requests [G7]', () => {
  test.each(listed)('the listed origin %s may read responses, with credentials', async (origin) => {
    for (const answer of [await call('GET', '/health', { headers: { Origin: origin } }), await preflight(origin)]) {
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(answer.headers.get('Access-Control-Allow-Credentials')).toBe('true');
      expect(
        answer.headers
          .get('Vary')
          ?.split(/, ?/)
          .filter((name) => name === 'Origin'),
      ).toHaveLength(1);
    }
  });

  test.each(others)('the unlisted origin %s may not read responses', async (origin) => {
    const { token } = await createRider();
    for (const answer of [
      await call('GET', '/v1/me', { token, headers: { Origin: origin } }),
      await preflight(origin),
    ]) {
      expect(answer.headers.has('Access-Control-Allow-Origin')).toBe(false);
      expect(answer.headers.has('Access-Control-Allow-Credentials')).toBe(false);
      expect(answer.headers.get('Vary')).toContain('Origin');
    }
  });

  test('a request without an Origin gets no CORS header but varies by Origin', async () => {
    for (const path of ['/health', '/.well-known/jwks.json', '/v1/me', '/nothing']) {
      const { headers } = await call('GET', path);
      expect(headers.has('Access-Control-Allow-Origin')).toBe(false);
      expect(headers.get('Vary')?.split(', ')).toContain('Origin');
    }
  });

  test('without configured origins no origin may read responses [T20]', async () => {
    for (const CORS_ORIGINS of ['', undefined, ' , ']) {
      for (const origin of [...listed, '', 'null', 'undefined']) {
        const answer = await appWith({ CORS_ORIGINS })('GET', '/health', { headers: { Origin: origin } });
        expect(answer.headers.has('Access-Control-Allow-Origin')).toBe(false);
      }
    }
  });

  test('a preflight lists the methods and headers that our clients need', async () => {
    const { status, headers, text } = await preflight('https://app.kairos.test');
    expect(status).toBe(204);
    expect(text).toBe('');
    expect(headers.get('Access-Control-Allow-Methods')?.split(',').sort()).toEqual([
      'DELETE',
      'GET',
      'PATCH',
      'POST',
      'PUT',
    ]);
    for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'])
      expect(headers.get('Access-Control-Allow-Headers')).toContain(name);
    expect(Number(headers.get('Access-Control-Max-Age'))).toBeGreaterThan(0);
  });
});

describe('oversized preflights [G8]', () => {
  test.each([
    ['200,000 spaces', `a${' '.repeat(200_000)}b`],
    ['200,000 spaces between commas', `a,${' '.repeat(200_000)},b`],
    ['10,000 header names', Array.from({ length: 10_000 }, (_, n) => `x-${n}`).join(', ')],
  ])('a preflight with %s gets the same fixed response', async (_, names) => {
    const [plain, monstrous] = [
      await preflight('https://app.kairos.test'),
      await preflight('https://app.kairos.test', { 'Access-Control-Request-Headers': names }),
    ];
    const stable = ({ headers }: typeof plain) => [...headers].filter(([name]) => name !== 'x-request-id');
    expect(stable(monstrous)).toEqual(stable(plain));
  });
});

describe('errors and CORS [G9]', () => {
  test('errors can be read by listed origins only', async () => {
    const { token } = await createRider();
    const withBrokenDatabase = async (headers: Record<string, string>) => {
      neonConfig.fetchFunction = async () => Response.json({ message: 'x', code: '42P01' }, { status: 400 });
      const answer = await call('GET', '/v1/me', { token, headers });
      neonConfig.fetchFunction = undefined;
      return answer;
    };
    const ask = {
      401: (headers: Record<string, string>) => call('GET', '/v1/me', { headers }),
      404: (headers: Record<string, string>) => call('GET', '/v1/nothing', { headers }),
      405: (headers: Record<string, string>) => call('PUT', '/v1/me', { headers }),
      413: (headers: Record<string, string>) =>
        call('POST', '/v1/auth/register', { headers, body: { name: 'x'.repeat(300_000) } }),
      422: (headers: Record<string, string>) => call('GET', '/v1/journeys/x', { token, headers }),
      429: (headers: Record<string, string>) => appWith({ LIMIT_API: refusing })('GET', '/v1/me', { headers }),
      500: withBrokenDatabase,
      503: (headers: Record<string, string>) => appWith(unreachable)('GET', '/v1/me', { token, headers }),
    };
    for (const [status, send] of Object.entries(ask)) {
      const ours = await send({ Origin: 'https://app.kairos.test' });
      expect(ours.status).toBe(Number(status));
      expect(ours.headers.get('Access-Control-Allow-Origin'), status).toBe('https://app.kairos.test');
      expect((await send({ Origin: 'https://evil.test' })).headers.has('Access-Control-Allow-Origin'), status).toBe(
        false,
      );
    }
  });
});
