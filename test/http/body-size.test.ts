import { describe, expect, test } from 'vitest';
import { call } from '../support/app.ts';
import { createJourney, createRider } from '../support/factories.ts';

const maxJsonBytes = 256 * 1024;
const maxFormBytes = 16 * 1024;
const maxFileBytes = 20 * 1024 * 1024;

/** A body of the given size in pieces and without a length, which counts what was read of it. */
function endless(piece: Uint8Array, bytes: number) {
  const sent = { bytes: 0 };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent.bytes >= bytes) return controller.close();
      sent.bytes += piece.length;
      controller.enqueue(piece);
    },
  });
  return { stream, sent };
}

const withHead = (head: string, rest: ReadableStream<Uint8Array>) =>
  rest.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
    }),
  );

const blanks = (bytes: number) => endless(new Uint8Array(64 * 1024).fill(0x20), bytes);

const json = { 'Content-Type': 'application/json' };
const gpx = { 'Content-Type': 'application/gpx+xml' };

function expectTooLarge({ status, json: said, text }: Awaited<ReturnType<typeof call>>) {
  expect(status, text.slice(0, 300)).toBe(413);
  expect(said).toMatchObject({ status: 413, code: 'http.body_too_large' });
}

describe('limits of body sizes [K1]', () => {
  test('a JSON body is accepted up to its limit and refused one byte above it', async () => {
    const rider = await createRider();
    const padded = (bytes: number) => `{"name":"Anna"${' '.repeat(bytes - 15)}}`;
    expect(
      (await call('PATCH', '/v1/me', { token: rider.token, headers: json, body: padded(maxJsonBytes) })).status,
    ).toBe(200);
    expectTooLarge(
      await call('PATCH', '/v1/me', { token: rider.token, headers: json, body: padded(maxJsonBytes + 1) }),
    );
  });

  test('the limit of a JSON body counts bytes, not characters', async () => {
    const body = JSON.stringify({ name: 'ä'.repeat(maxJsonBytes / 2) });
    expectTooLarge(await call('POST', '/v1/auth/register', { headers: json, body }));
  });

  test.each([
    ['a JSON body', '/v1/auth/register', json, maxJsonBytes],
    ['a form body', '/v1/auth/token', { 'Content-Type': 'application/x-www-form-urlencoded' }, maxFormBytes],
    [
      'a JSON body with another media type',
      '/v1/auth/register',
      { 'Content-Type': 'Application/Problem+JSON; charset=utf-8' },
      maxJsonBytes,
    ],
  ])('%s over its limit is refused while it arrives, even without a length', async (_, path, headers, limit) => {
    const { stream, sent } = blanks(64 * 1024 * 1024);
    expectTooLarge(await call('POST', path, { headers, body: stream }));
    expect(sent.bytes).toBeLessThan(limit + 1024 * 1024);
  });

  test('a body over its limit is refused whatever its Content-Length says', async () => {
    for (const length of ['5', '0', '-1', 'abc', '1e1', '0x5', '']) {
      const { stream } = blanks(maxJsonBytes * 2);
      expectTooLarge(
        await call('POST', '/v1/auth/register', { headers: { ...json, 'Content-Length': length }, body: stream }),
      );
    }
  });

  test.each([
    ['an unknown path', 'POST', '/v1/nothing/here', 404],
    ['a request without a credential', 'POST', '/v1/journeys', 401],
    ['a method that the path does not have', 'PUT', '/v1/me', 405],
  ])('%s refuses a body over the limit too', async (_, method, path, otherwise) => {
    expect((await call(method, path, { headers: json, body: '{}' })).status).toBe(otherwise);
    expectTooLarge(await call(method, path, { headers: json, body: blanks(maxJsonBytes * 2).stream }));
    for (const headers of [json, gpx, { 'Content-Type': 'text/plain' }, {}]) {
      const length = String(maxFileBytes + 1);
      expectTooLarge(await call(method, path, { headers: { ...headers, 'Content-Length': length }, body: 'x' }));
    }
  });

  test('a file over its limit is refused while it arrives, and nothing of it is stored', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const opening =
      '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><extensions>';
    const words = `<words>${'all work and no play '.repeat(3_000)}</words>`;
    const { stream, sent } = endless(new TextEncoder().encode(words), 64 * 1024 * 1024);
    const body = withHead(opening, stream);
    const headers = { 'Content-Type': 'application/gpx+xml' };
    const answer = await call('POST', `/v1/journeys/${id}/imports?as=plan`, { token: rider.token, headers, body });
    expectTooLarge(answer);
    expect(sent.bytes).toBeLessThan(maxFileBytes + 4 * 1024 * 1024);
    expect((await rider.get(`/v1/journeys/${id}/route`)).json.features).toEqual([]);
  });
});

describe('multipart forms [K20]', () => {
  test('a multipart form is refused as an unsupported content type, whatever its parts', async () => {
    const form = new FormData();
    form.set('grant_type', 'password');
    form.set('username', new File(['<html>'], 'name.html'));
    for (let part = 0; part < 200; part += 1) form.append(`a.__proto__.b${part}`, 'x');
    const request = new Request('https://x.test', { method: 'POST', body: form });
    const headers = { 'Content-Type': request.headers.get('Content-Type') ?? '' };
    const answer = await call('POST', '/v1/auth/token', { headers, body: new Uint8Array(await request.arrayBuffer()) });
    expect(answer.status).toBe(415);
  });

  test.each([
    ['/v1/nothing/here', 'POST'],
    ['/v1/me', 'PUT'],
    ['/v1/me/hide', 'POST'],
  ])(
    'a multipart form and malformed JSON are refused at %s, although no route reads a body there',
    async (path, method) => {
      const { token } = await createRider();
      const parts = { 'Content-Type': 'multipart/form-data; boundary=x' };
      expect((await call(method, path, { token, headers: parts, body: '--x--' })).status).toBe(415);
      const malformed = await call(method, path, { token, headers: json, body: '{' });
      expect([malformed.status, malformed.json.code]).toEqual([400, 'http.malformed_json']);
    },
  );
});
