import { neonConfig } from '@neondatabase/serverless';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { call } from '../support/app.ts';
import { createRider, type Rider } from '../support/factories.ts';
import { appWith } from './app-with.ts';

let rider: Rider;
beforeAll(async () => {
  rider = await createRider();
});

/** Internal details that a response must not contain. */
const insides =
  /\bat \w+ \(|\.ts\b|node_modules|select |insert |update "|relation|constraint|column|violates|syntax error|neon|drizzle|postgres|zod|hono|workerd|sqlstate|42P01|canary/i;

const canary = 'canary-4f1c';

/** A Postgres error in the form of Neon's endpoint. */
const postgresFault = (code: string) => () =>
  Promise.resolve(
    Response.json(
      {
        message: `relation "users" does not exist ${canary}`,
        code,
        severity: 'ERROR',
        detail: canary,
        table: 'users',
        file: 'parse_relation.c',
      },
      { status: 400 },
    ),
  );

describe('internal errors [O4]', () => {
  test.each(['42P01', '42501', '23514', '22P02', 'XX000', 'P0001'])(
    'SQLSTATE %s answers 500 without internal details',
    async (code) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      neonConfig.fetchFunction = postgresFault(code);
      for (const [method, path, body] of [
        ['GET', '/v1/me', undefined],
        ['PATCH', '/v1/me', { name: canary }],
        ['POST', '/v1/journeys', { name: canary }],
        ['POST', '/v1/auth/verify-email', { token: canary }],
      ] as const) {
        const answer = await call(method, path, { token: rider.token, body });
        expect(answer.json).toEqual({
          type: 'about:blank',
          title: 'Internal server error',
          status: 500,
          code: 'internal',
          detail: 'Something went wrong on our side. If it happens again, report the request_id.',
          request_id: answer.headers.get('X-Request-Id'),
        });
        expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
        expect(log.mock.lastCall?.[0]).toContain(answer.json.request_id);
      }
    },
  );

  test('a missing variable answers 500 and is named only in the log', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const answer = await appWith({ LOCATION_SECRET: undefined })('GET', '/v1/me', { token: rider.token });
    expect(answer.json).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.text).not.toContain('LOCATION');
    expect(log.mock.lastCall?.[0]).toContain('LOCATION_SECRET');
  });
});

describe('client errors [O4]', () => {
  const json = { 'Content-Type': 'application/json' };

  test.each<[string, string, string, Parameters<typeof call>[2]]>([
    ['malformed JSON', 'PATCH', '/v1/me', { headers: json, body: '{"name":' }],
    ['a wrong type', 'PATCH', '/v1/me', { body: { name: 7 } }],
    ['an unknown field', 'PATCH', '/v1/me', { body: { nonsense: 7 } }],
    ['a malformed id', 'GET', '/v1/journeys/x', {}],
    ['a malformed cursor', 'GET', '/v1/journeys?cursor=x', {}],
    ['a malformed token', 'GET', '/v1/me', { token: 'a.b.c' }],
    ['a wrong content type', 'PATCH', '/v1/me', { headers: { 'Content-Type': 'text/plain' }, body: 'x' }],
    ['a missing page', 'GET', '/v1/nothing', {}],
    ['a wrong method', 'PUT', '/v1/me', {}],
    ['an id in use', 'POST', '/v1/journeys', { body: { id: '00000000-0000-0000-0000-000000000000', name: '' } }],
  ])('%s is answered in terms of the API', async (_, method, path, options) => {
    const answer = await call(method, path, { token: rider.token, ...options });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ type: 'about:blank', title: expect.any(String), status: answer.status });
    expect(answer.json.code).toMatch(/^[a-z]+\.[a-z0-9_]+$/);
    expect(answer.json.detail).toMatch(/^[A-Z].*\.$/);
    expect(answer.text).not.toMatch(insides);
  });

  test('error responses do not repeat what was sent', async () => {
    for (const answer of [
      await call('PATCH', '/v1/me', { token: rider.token, body: { name: `${canary}${'x'.repeat(200)}` } }),
      await call('PATCH', '/v1/me', { token: rider.token, headers: json, body: `{"name":"${canary}` }),
      await call('GET', `/v1/journeys/${canary}`, { token: rider.token }),
      await call('GET', `/v1/${canary}`, { token: rider.token }),
      await call('GET', '/v1/me', { token: canary }),
    ])
      expect(answer.text).not.toContain(canary);
  });
});
