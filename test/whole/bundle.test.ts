import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BootedBundle, bootBundle } from '../../scripts/boot.ts';
import { type Bundle, buildBundle, kilobytes, maxGzipBytes } from '../../scripts/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
let bundle: Bundle;
let server: BootedBundle;

beforeAll(async () => {
  bundle = await buildBundle('production', folder);
  server = await bootBundle('production', folder);
});

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the uploaded bundle', () => {
  test('the bundle is small enough to start fast', () => {
    console.log(`bundle: ${kilobytes(bundle.gzipBytes)} gzip`);
    expect(bundle.gzipBytes).toBeLessThanOrEqual(maxGzipBytes);
  });

  test('the bundle holds our sources and nothing of the local stack', () => {
    expect(bundle.inputs).toContain('src/worker.ts');
    const ours = bundle.inputs.filter((path) => !path.includes('node_modules/'));
    expect(ours.filter((path) => !/^(?:src\/|migrations\/meta\/_journal\.json$)/.test(path))).toEqual([]);
    const foreign =
      /node_modules\/(?:@electric-sql|pg|pg-\w+|drizzle-kit|wrangler|vitest|@zxcvbn-ts|swagger-ui-dist)\//;
    expect(bundle.inputs.filter((path) => foreign.test(path))).toEqual([]);
    expect(bundle.script).not.toMatch(/pglite|inbox\.json|ride-far-2026|127\.0\.0\.1/);
  });

  test('the bundle makes no code from text, which Workers refuse', () => {
    expect(bundle.script).not.toMatch(/\bnew Function\(|(?<![.\w$])eval\(/);
  });
});

describe('the bundle in workerd', () => {
  test('the bundled Worker answers the health check without a database', async () => {
    const { status, text } = await server.get('/health');
    expect(status, text).toBe(200);
    expect(JSON.parse(text)).toEqual({ status: 'ok' });
  });

  test('the bundled Worker reports which parts are not ready', async () => {
    const { status, text } = await server.get('/health/ready');
    expect(status, text).toBe(503);
    expect(JSON.parse(text)).toEqual({
      status: 'failing',
      database: 'unreachable',
      postgis: 'unreachable',
      migrations: 'unreachable',
    });
  });

  test('the bundled Worker serves its document, pages and keys', async () => {
    const { status, text } = await server.get('/openapi.json');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0', info: { title: 'Kairos' } });
    for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/.well-known/jwks.json'])
      expect((await server.get(path)).status, path).toBe(200);
  });

  test.each(['GET', 'HEAD'])('the bundled Worker ignores a body sent with %s [K1]', async (method) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': 9 };
    const status = await new Promise((resolve, reject) => {
      const sent = request(new URL('/health', server.url), { method, headers });
      sent.on('response', (response) => resolve(response.resume().statusCode));
      sent.on('error', reject);
      sent.end('{"not":1}');
    });
    expect(status).toBe(200);
  });

  test('the bundled Worker publishes no private part of its keys', async () => {
    const { keys } = JSON.parse((await server.get('/.well-known/jwks.json')).text);
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });
});
