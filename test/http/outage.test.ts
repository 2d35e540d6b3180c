import { neonConfig } from '@neondatabase/serverless';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, call } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createJourney, createRider, gpxOf, type Rider, riderPassword } from '../support/factories.ts';
import { appWith, failing, unreachable } from './app-with.ts';

let rider: Rider;
let journeyId: string;
beforeAll(async () => {
  rider = await createRider();
  journeyId = (await createJourney(rider)).id;
});

afterEach(() => {
  vi.unstubAllGlobals();
});

type Send = ReturnType<typeof appWith>;
const form = (fields: Record<string, string>) => new URLSearchParams(fields);

type Asks = Readonly<Record<string, (send: Send) => Promise<Answer>>>;

const reads = {
  'my account': (send) => send('GET', '/v1/me', { token: rider.token }),
  'my journeys': (send) => send('GET', '/v1/journeys', { token: rider.token }),
  'a journey': (send) => send('GET', `/v1/journeys/${journeyId}`, { token: rider.token }),
  'a journey that is not there': (send) => send('GET', `/v1/journeys/${crypto.randomUUID()}`, { token: rider.token }),
  'a route': (send) => send('GET', `/v1/journeys/${journeyId}/route`, { token: rider.token }),
  encounters: (send) => send('GET', `/v1/journeys/${journeyId}/nearby`, { token: rider.token }),
} satisfies Asks;

const writes = {
  'an account': (send) => send('PATCH', '/v1/me', { token: rider.token, body: '{"name":"Changed"}' }),
  'a new journey': (send) => send('POST', '/v1/journeys', { token: rider.token, body: '{"name":"New"}' }),
  activation: (send) => send('POST', `/v1/journeys/${journeyId}/activate`, { token: rider.token }),
  deletion: (send) => send('DELETE', `/v1/journeys/${journeyId}`, { token: rider.token }),
  import: (send) =>
    send('POST', `/v1/journeys/${journeyId}/imports?as=plan`, {
      token: rider.token,
      headers: { 'Content-Type': 'application/gpx+xml' },
      body: gpxOf([
        [1, 1],
        [2, 2],
      ]),
    }),
  login: (send) =>
    send('POST', '/v1/auth/token', {
      body: form({ grant_type: 'password', username: rider.email, password: riderPassword }),
    }),
  refresh: (send) =>
    send('POST', '/v1/auth/token', { body: form({ grant_type: 'refresh_token', refresh_token: rider.refreshToken }) }),
  registration: (send) =>
    send('POST', '/v1/auth/register', {
      body: '{"email":"new@kairos.test","password":"five slow gravel passes","name":"New"}',
    }),
  verification: (send) => send('POST', '/v1/auth/verify-email', { body: '{"token":"x"}' }),
  logout: (send) => send('POST', '/v1/auth/logout', { body: JSON.stringify({ refresh_token: rider.refreshToken }) }),
} satisfies Asks;

function expectUnavailable({ status, headers, json, text }: Answer): void {
  expect(status, text).toBe(503);
  expect(json).toMatchObject({ status: 503, code: 'unavailable' });
  expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(text).not.toMatch(/fetch|ECONN|127\.0\.0\.1|neon|html|connect/i);
}

const everything = () =>
  sql.transaction([
    sql`select * from users where id = ${rider.id}`,
    sql`select * from sessions where user_id = ${rider.id}`,
    sql`select * from journeys where owner_id = ${rider.id}`,
    sql`select count(*) from registrations`,
  ]);

describe('an unreachable database [O6]', () => {
  test.each(Object.entries({ ...reads, ...writes }))(
    'a request (%s) answers 503 with Retry-After while the database is unreachable',
    async (_, ask) => {
      expectUnavailable(await ask(appWith(unreachable)));
    },
  );

  test('requests during an outage have no effect, and credentials work again afterwards', async () => {
    const before = await everything();
    for (const ask of Object.values(writes)) await ask(appWith(unreachable));
    expect(await everything()).toEqual(before);
    expect((await rider.get('/v1/me')).status).toBe(200);
  });

  test('a forged or missing credential answers 401 even without a database', async () => {
    expect((await appWith(unreachable)('GET', '/v1/me', { token: 'a.b.c' })).status).toBe(401);
    expect((await appWith(unreachable)('GET', '/v1/me')).status).toBe(401);
  });

  test('health, keys, documents and pages are served without asking the database', async () => {
    let asked = 0;
    neonConfig.fetchFunction = () => {
      asked += 1;
      return Promise.reject(new Error('no database'));
    };
    for (const path of ['/health', '/.well-known/jwks.json', '/openapi.json', '/docs', '/redoc', '/', '/verify-email'])
      expect((await appWith(unreachable)('GET', path)).status, path).toBe(200);
    expect(asked).toBe(0);
  });

  test('readiness answers 503 and names the parts that are unreachable', async () => {
    const answer = await appWith(unreachable)('GET', '/health/ready');
    expect(answer.status).toBe(503);
    const word = 'unreachable';
    expect(answer.json).toEqual({ status: 'failing', database: word, postgis: word, migrations: word });
  });
});

describe('a database with invalid answers [O6]', () => {
  const html = '<html><body>502 Bad Gateway</body></html>';
  const fault = (code: string) => () => Response.json({ message: 'canary', code }, { status: 400 });

  test.each<[string, () => Response]>([
    ['a 500 from a proxy', () => new Response(html, { status: 500 })],
    ['a 502 from a proxy', () => new Response(html, { status: 502 })],
    ['a 503 from a proxy', () => new Response('', { status: 503 })],
    ['a 429 from a proxy', () => new Response('slow down', { status: 429 })],
    ['a broken connection (08006)', fault('08006')],
    ['too many connections (53300)', fault('53300')],
    ['a shutdown (57P01)', fault('57P01')],
    ['a start-up (57P03)', fault('57P03')],
    ['a statement timeout (57014)', fault('57014')],
    ['a deadlock (40P01)', fault('40P01')],
  ])('every request answers 503 with Retry-After after %s of the database [K21]', async (_, answer) => {
    neonConfig.fetchFunction = async () => answer();
    for (const ask of Object.values({ ...reads, ...writes })) expectUnavailable(await ask(appWith({})));
  });

  test.each<[string, () => Response]>([
    ['an incomplete answer', () => new Response('{"fields":[{"name":"id"')],
    ['an HTML page with status 200', () => new Response(html)],
    ['an HTML page with status 400', () => new Response(html, { status: 400 })],
    ['an empty answer', () => new Response('')],
  ])('every request answers 503 with Retry-After after %s of the database', async (_, answer) => {
    vi.stubGlobal('fetch', async () => answer());
    for (const ask of Object.values({ ...reads, ...writes })) expectUnavailable(await ask(appWith({})));
  });

  test('no request succeeds after a database answer with unexpected JSON', async () => {
    neonConfig.fetchFunction = async () => Response.json({ hello: 'world' });
    for (const [name, ask] of Object.entries({ ...reads, ...writes })) {
      const { status, text } = await ask(appWith({}));
      expect([400, 401, 404, 500, 503], `${name}: ${text}`).toContain(status);
      expect(text).not.toMatch(/hello|undefined|access_token/);
    }
  });
});

describe('a database that hangs [O6]', () => {
  const impatient = { DATABASE_WAIT_MS: '100' };
  const everyWay = { ...reads, ...writes };
  const ended = (signal: AbortSignal, end: (reason: unknown) => void) =>
    signal.addEventListener('abort', () => end(signal.reason));

  test.each<[string, (signal: AbortSignal) => Promise<Response>]>([
    ['before its answer', (signal) => new Promise((_, reject) => ended(signal, reject))],
    [
      'in the middle of its answer',
      async (signal) =>
        new Response(
          new ReadableStream({
            start(body) {
              body.enqueue(new TextEncoder().encode('{"fields":['));
              ended(signal, (reason) => body.error(reason));
            },
          }),
        ),
    ],
  ])('every request answers 503 and is aborted if the database hangs %s', async (_, hang) => {
    const signals: AbortSignal[] = [];
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return hang(signal);
    });
    const short = Object.entries(everyWay).filter(([name]) => !['import', 'a route', 'encounters'].includes(name));
    for (const [, ask] of short) expectUnavailable(await ask(appWith(impatient)));
    expect(signals.length).toBeGreaterThanOrEqual(short.length);
    expect(signals.filter(({ aborted }) => !aborted)).toEqual([]);
  });

  test('an invalid request for a long-running call waits no longer than other requests', {
    timeout: 12_000,
  }, async () => {
    vi.stubGlobal(
      'fetch',
      (_: string, { signal }: { signal: AbortSignal }) => new Promise((_, reject) => ended(signal, reject)),
    );
    const path = `/v1/journeys/${journeyId}/nearby?radius_m=far`;
    expectUnavailable(await appWith(impatient)('GET', path, { token: rider.token }));
  });

  test('long-running calls may wait longer for the database', async () => {
    const send = fetch;
    vi.stubGlobal('fetch', async (input: string, init: RequestInit) => {
      const reply = await send(input, { ...init, signal: null });
      await new Promise((resolve) => setTimeout(resolve, 500));
      init.signal?.throwIfAborted();
      return reply;
    });
    expectUnavailable(await writes.login(appWith(impatient)));
    expect((await writes.import(appWith(impatient))).status).toBe(201);
  });
});

describe('a failing rate limiter [P5]', () => {
  test('reads are answered while the rate limiter fails', async () => {
    const answer = await appWith({ LIMIT_API: failing })('GET', '/v1/me', { token: rider.token });
    expect(answer.status).toBe(200);
    expect((await call('GET', '/v1/me', { token: rider.token })).json).toEqual(answer.json);
  });
});
