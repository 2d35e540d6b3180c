import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWorker } from '../../bench/stack/build.ts';
import { startWorkerd, type Worker } from '../../bench/stack/workerd.ts';
import { newKeySet } from '../../local/stack/signing-keys.ts';

let worker: Worker;

// wrangler's proxy reads the rest of a body itself, so this is workerd alone. The requests never reach the database.
beforeAll(async () => {
  worker = await startWorkerd(await buildWorker(), {
    API_URL: 'http://127.0.0.1',
    WEB_URL: 'http://127.0.0.1',
    MAIL_FROM: 'Kairos <hello@kairos.test>',
    DATABASE_URL: 'postgresql://kairos_app:none@localhost/kairos',
    DATABASE_ENDPOINT: 'http://127.0.0.1:9/sql',
    AUTH_KEYS: JSON.stringify(await newKeySet(new Date())),
    TOKEN_SECRET: 'secret-of-the-tests-'.repeat(3).slice(0, 43),
    LOCATION_SECRET: 'secret-of-the-tests-'.repeat(3).slice(0, 43),
    RESEND_API_KEY: 're_none',
  });
});

afterAll(() => worker?.stop());

const pieceBytes = 64 * 1024;

/** Sends all of a body in pieces, whatever comes back meanwhile, as simple clients do. */
async function sendSlowly(path: string, bodyBytes: number) {
  const url = new URL(worker.url);
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, allowHalfOpen: true });
  const seen: { answer: string; fault?: string } = { answer: '' };
  socket.setEncoding('utf8').on('data', (text) => {
    seen.answer += text;
  });
  socket.on('error', ({ message }) => {
    seen.fault = message;
  });
  const ended = new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  const head = [`POST ${path} HTTP/1.1`, `Host: ${url.host}`, 'Connection: close', `Content-Length: ${bodyBytes}`];
  socket.write(`${[...head, 'Content-Type: application/gpx+xml'].join('\r\n')}\r\n\r\n`);
  for (let sent = 0; sent < bodyBytes; sent += pieceBytes) {
    await sleep(20);
    socket.write(Buffer.alloc(pieceBytes, ' '));
  }
  await Promise.race([ended, sleep(60_000, undefined, { ref: false })]);
  socket.destroy();
  return seen;
}

test('a client that still sends half a megabyte receives the complete answer of a route that refuses early', async () => {
  const path = '/v1/journeys/01980000-0000-7000-8000-000000000101/imports';
  // The first request loads the route and is answered so late that everything has been sent.
  await fetch(new URL(path, worker.url), { method: 'POST' });
  const { answer, fault } = await sendSlowly(path, 8 * pieceBytes);
  expect(fault).toBeUndefined();
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 401 /);
  expect(JSON.parse(body)).toMatchObject({ code: 'auth.authentication_required' });
});
