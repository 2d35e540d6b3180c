import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BootedBundle, bootBundle } from '../../scripts/boot.ts';
import { type Bundle, buildBundle, kilobytes, maxStartGzipBytes, maxUploadBytes } from '../../scripts/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-bundle-'));
/** Static files have these headers from `public/_headers`, and pages from the Worker. */
const staticHeaders = [
  'Strict-Transport-Security',
  'X-Content-Type-Options',
  'X-Frame-Options',
  'Referrer-Policy',
  'Cross-Origin-Resource-Policy',
];

let bundle: Bundle;
let server: BootedBundle;

const modules = () => [...bundle.atStart, ...bundle.onUse];

beforeAll(async () => {
  bundle = await buildBundle('production', folder);
  server = await bootBundle('production', folder);
});

afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the uploaded bundle', () => {
  test('what a Worker compiles at start is small, and so is the whole upload', () => {
    console.log(`${kilobytes(bundle.startGzipBytes)} gzip at start, ${kilobytes(bundle.uploadBytes)} to upload`);
    expect(bundle.startGzipBytes).toBeLessThanOrEqual(maxStartGzipBytes);
    expect(bundle.uploadBytes).toBeLessThanOrEqual(maxUploadBytes);
  });

  test('the bundle holds our sources and nothing of the local stack', () => {
    const inputs = modules().flatMap((module) => module.inputs);
    expect(inputs).toContain('src/worker.ts');
    const ours = inputs.filter((path) => !path.includes('node_modules/'));
    expect(ours.filter((path) => !/^(?:src\/|migrations\/meta\/_journal\.json$)/.test(path))).toEqual([]);
    const foreign =
      /node_modules\/(?:@electric-sql|pg|pg-\w+|drizzle-kit|wrangler|vitest|@zxcvbn-ts|swagger-ui-dist|redoc)\//;
    expect(inputs.filter((path) => foreign.test(path))).toEqual([]);
    for (const { path, text } of modules())
      expect(text, path).not.toMatch(/pglite|inbox\.json|ride-far-2026|127\.0\.0\.1/);
  });

  test('the bundle makes no code from text, which Workers refuse', () => {
    for (const { path, text } of modules()) expect(text, path).not.toMatch(/\bnew Function\(|(?<![.\w$])eval\(/);
  });
});

/** Modules that few requests need: the mail SDK, the hashes of passwords, the list of common ones, the reader of GPX. */
const heavy = /\/(?:resend|bcryptjs|saxes|common-passwords\.data\.ts|@noble\/hashes\/argon2\.js)(?:\/|$)/;

describe('the modules of the bundle', () => {
  test('no heavy module is among those that a Worker compiles at start', () => {
    const heavyInputs = ({ inputs }: { inputs: readonly string[] }) => inputs.filter((path) => heavy.test(path));
    expect(bundle.atStart.flatMap(heavyInputs)).toEqual([]);
    expect(new Set(bundle.onUse.flatMap(heavyInputs).map((path) => heavy.exec(path)?.[0])).size).toBe(5);
  });

  test('a heavy module is compiled on its first use: a Worker starts with broken ones, and only their use fails', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'kairos-broken-'));
    cpSync(folder, broken, { recursive: true });
    for (const { path, inputs } of bundle.onUse)
      if (inputs.some((input) => heavy.test(input))) writeFileSync(join(broken, path), 'this is no JavaScript');
    const worker = await bootBundle('production', broken);
    try {
      expect((await worker.get('/health')).status).toBe(200);
      const register = (url: URL) =>
        fetch(new URL('/v1/auth/register', url), {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ email: 'anna@kairos.test', name: 'Anna', password: 'five slow passes' }),
        });
      // The database is away, so a Worker with whole modules answers 503.
      expect((await register(worker.url)).status).toBe(500);
      expect((await register(server.url)).status).toBe(503);
    } finally {
      await worker.close();
      rmSync(broken, { recursive: true, force: true });
    }
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
    expect((await server.get('/.well-known/jwks.json')).status).toBe(200);
  });

  test.each(['/', '/sign-in', '/verify-email', '/reset-password', '/docs', '/redoc'])(
    'every file that the page %s loads exists and has the security headers of a page [O1]',
    async (path) => {
      const page = await server.get(path);
      expect(page.status).toBe(200);
      const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]*\.\w+)"/g)].map(([, file = '']) => file);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        const { status, headers } = await server.get(file);
        expect(status, file).toBe(200);
        for (const name of staticHeaders) expect(headers.get(name), `${file} ${name}`).toBe(page.headers.get(name));
        expect(headers.get('Content-Security-Policy'), file).toBe("default-src 'none'; frame-ancestors 'none'");
      }
    },
  );

  test('search engines may list the pages but not the API', async () => {
    expect((await server.get('/robots.txt')).text).toContain('Disallow: /v1/\n');
    const isUnlisted = async (path: string) => (await server.get(path)).text.includes('content="noindex"');
    expect(await Promise.all(['/', '/sign-in', '/docs', '/redoc'].map(isUnlisted))).not.toContain(true);
    expect(await Promise.all(['/verify-email', '/reset-password'].map(isUnlisted))).toEqual([true, true]);
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
