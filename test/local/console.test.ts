import { request, Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Console, startConsole } from '../../local/console/server.ts';
import type { Database } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';

let database: Database;
let console: Console;
beforeAll(async () => {
  database = await createTestDatabase({ url: process.env.DATABASE_URL });
  const page = async (request: Request) => (new URL(request.url).pathname === '/' ? new Response('inbox') : undefined);
  console = await startConsole({ port: 0, database, handlers: [page] });
});
afterAll(async () => {
  await console?.close();
  await database?.close();
});

const asApp = { 'neon-connection-string': 'postgresql://kairos_app:any@localhost/kairos' };

async function post(body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${console.url}/sql`, { method: 'POST', body: text, headers: { ...asApp, ...headers } });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

/** Unlike fetch, lets a test write any header. */
const status = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${console.url}${path}`, { method, headers }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.on('error', reject).end();
  });

describe('POST /sql of the console', () => {
  it.each<[json: string, as: string, text: string | null]>([
    ['null', 'text', null],
    ['true', 'text', 'true'],
    ['9007199254740993', 'text', '9007199254740993'],
    ['1.0', 'text', '1.0'],
    ['{"a":[1,2]}', 'text', '{"a":[1,2]}'],
    ['[true,null,"NULL",42,"b\\"-\\\\"]', 'text', '{true,NULL,"NULL",42,"b\\"-\\\\"}'],
    ['[[1],[2]]', 'int[][]', '{{1},{2}}'],
    ['[{"a":1}]', 'jsonb[]', '{"{\\"a\\": 1}"}'],
    ['"\\\\x00ff"', 'bytea', '\\x00ff'],
  ])('the console takes the parameter %s as %s', async (json, as, text) => {
    const { json: answer } = await post(`{"query":"select $1::${as} as v","params":[${json}]}`, {
      'neon-raw-text-output': 'true',
    });
    expect(answer.rows).toEqual([{ v: text }]);
  });

  it('the console answers typed objects unless raw arrays are requested', async () => {
    const query = `select true as b, 2::int2 as s, 1.5::float4 as f, 'Infinity'::float8 as i, 7::int8 as l, 1.50 as n,
      '{"a":[1]}'::jsonb as j, array[[1,null]] as a, array['x,"}', 'NULL', ''] as t, null as z`;
    const typed = await post({ query });
    expect(typed.json).toMatchObject({
      rowAsArray: false,
      rows: [
        {
          b: true,
          s: 2,
          f: 1.5,
          i: 'Infinity',
          l: '7',
          n: '1.50',
          j: { a: [1] },
          a: [[1, null]],
          t: ['x,"}', 'NULL', ''],
          z: null,
        },
      ],
    });
    const raw = await post({ query, arrayMode: true }, { 'neon-raw-text-output': 'true' });
    expect(raw.json).toMatchObject({
      rowAsArray: true,
      rows: [['t', '2', '1.5', 'Infinity', '7', '1.50', '{"a": [1]}', '{{1,NULL}}', '{"x,\\"}","NULL",""}', null]],
    });
  });

  it('the console keeps every digit of a number within JSON', async () => {
    const response = await fetch(`${console.url}/sql`, {
      method: 'POST',
      headers: asApp,
      body: '{"query":"select \'{\\"a\\":12345678901234567890}\'::jsonb as j"}',
    });
    expect(await response.text()).toContain('{"a":12345678901234567890}');
  });

  it('each statement of a batch has its own array mode, and the console echoes the headers it used', async () => {
    const { json, headers } = await post(
      { queries: [{ query: 'select 1 as a', arrayMode: true }, { query: 'select 2 as b' }] },
      { 'neon-batch-isolation-level': 'RepeatableRead', 'neon-batch-read-only': 'true' },
    );
    expect(json.results.map(({ rows }: { rows: unknown }) => rows)).toEqual([[[1]], [{ b: 2 }]]);
    expect(headers.get('neon-batch-isolation-level')).toBe('RepeatableRead');
    expect(headers.get('neon-batch-read-only')).toBe('true');
  });

  it.each<[why: string, body: unknown, headers: Record<string, string>, message: RegExp]>([
    ['invalid JSON', '{"query":', {}, /^could not parse the HTTP request body: /],
    ['no query', { params: [] }, {}, /did not match any variant/],
    ['a query that is not a text', { query: 1 }, {}, /did not match any variant/],
    ['one bad query among several', { queries: [{ query: 'select 1' }, {}] }, {}, /did not match any variant/],
    ['half a surrogate pair', '{"query":"select $1","params":["\\ud800"]}', {}, /lone leading surrogate/],
    ['a null character', { query: 'select 1\0' }, {}, /embedded null/],
    [
      'an unknown isolation level',
      { query: 'select 1' },
      { 'neon-batch-isolation-level': 'Chaos' },
      /invalid isolation level/,
    ],
    ['another scheme', { query: 'select 1' }, { 'neon-connection-string': 'mysql://a:b@c/d' }, /incorrect scheme/],
    ['no user', { query: 'select 1' }, { 'neon-connection-string': 'postgres://c/d' }, /missing username/],
    [
      'a connection string that is not a URL',
      { query: 'select 1' },
      { 'neon-connection-string': 'kairos' },
      /invalid connection string/,
    ],
  ])('the console refuses %s', async (_why, body, headers, message) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ message: expect.stringMatching(message), code: '', detail: null });
  });

  it('the console refuses a body over 64 MB and keeps running', async () => {
    const { status } = await post(`{"query":"select 1"${' '.repeat(64 * 1024 * 1024)}}`);
    expect(status).toBe(413);
    expect((await post({ query: 'select 1' })).status).toBe(200);
  });
});

describe('access to the console', () => {
  it.each([
    ['/sql', 'POST', { origin: 'http://evil.example' }, 403],
    ['/sql', 'OPTIONS', { origin: 'http://127.0.0.1' }, 403],
    ['/status', 'GET', { origin: 'null' }, 403],
    ['/sql', 'POST', { host: 'evil.example' }, 421],
    ['/status', 'GET', { host: '127.0.0.1.evil.example' }, 421],
    ['/', 'GET', { host: 'evil.example:8788' }, 421],
    ['/', 'GET', { host: '192.168.1.7' }, 421],
    ['/status', 'GET', { host: 'localhost:8788' }, 200],
    ['/status', 'GET', { host: '[::1]:1' }, 200],
    ['/', 'GET', { origin: 'http://evil.example' }, 200],
    ['/elsewhere', 'GET', {}, 404],
    ['/sql', 'GET', {}, 405],
  ])('a request to %s by %s with %o answers %i', async (path, method, headers, expected) => {
    expect(await status(path, headers, method)).toBe(expected);
  });

  it('the console sends no CORS headers', async () => {
    const { headers } = await post({ query: 'select 1' });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('GET and POST /status of the console', () => {
  const read = async () => (await fetch(`${console.url}/status`)).json();
  const change = (body: unknown) => fetch(`${console.url}/status`, { method: 'POST', body: JSON.stringify(body) });

  it('the console counts requests and statements', async () => {
    await change({ requests: 0 });
    await post({ query: 'select 1' });
    await post({ queries: [{ query: 'select 1' }, { query: 'select 2' }] });
    await post({ query: 'selec' });
    expect(await read()).toEqual({ database: database.kind, requests: 3, statements: 4, latency_ms: 0 });
  });

  it('the console delays every reply by the set latency, in parallel', async () => {
    await change({ latency_ms: 1_500 });
    const start = performance.now();
    await Promise.all([post({ query: 'select 1' }), post({ query: 'selec' }), post({ query: 'select 3' })]);
    await change({ latency_ms: 0 });
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(1_499);
    // One after the other they would take more.
    expect(took).toBeLessThan(4_500);
  });

  it.each([{ latency_ms: -1 }, { latency_ms: '5' }, { requests: 7 }, { other: 1 }])(
    'the console refuses the settings %j',
    async (body) => {
      expect((await change(body)).status).toBe(400);
    },
  );
});

describe('the server of the console', () => {
  it('the console reports that its port is in use', async () => {
    await expect(startConsole({ port: console.port, database })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('the console survives a client that disconnects during its body', async () => {
    const socket = connect(console.port, '127.0.0.1');
    socket.write('POST /sql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{"que');
    await sleep(50);
    socket.destroy();
    expect((await post({ query: 'select 1' })).status).toBe(200);
  });

  it('the console closes after its pending replies, even with connections kept alive', async () => {
    const short = await startConsole({ port: 0, database, latencyMs: 200 });
    const pending = fetch(`${short.url}/sql`, { method: 'POST', body: '{"query":"select 1"}', headers: asApp });
    while ((await (await fetch(`${short.url}/status`)).json()).requests === 0);
    const forced = vi.spyOn(Server.prototype, 'closeAllConnections');
    await short.close();
    expect(forced).not.toHaveBeenCalled();
    forced.mockRestore();
    expect((await pending).status).toBe(200);
    await expect(fetch(`${short.url}/status`)).rejects.toThrow();
  });
});
