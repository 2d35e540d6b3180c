import { describe, expect, test } from 'vitest';
import { type Answer, call } from '../support/app.ts';

describe('plain http [O12]', () => {
  test.each([
    ['GET', '/health'],
    ['GET', '/v1/me'],
    ['POST', '/v1/auth/token'],
    ['GET', '/docs'],
    ['GET', '/'],
    ['GET', '/nothing'],
  ])('%s %s over plain http is refused, not redirected', async (method, path) => {
    for (const headers of [
      {},
      { 'X-Forwarded-Proto': 'https', Forwarded: 'proto=https', 'CF-Visitor': '{"scheme":"https"}' },
    ]) {
      const body = method === 'POST' ? new URLSearchParams({ grant_type: 'password' }) : undefined;
      const answer = await call(method, `http://api.kairos.test${path}`, { headers, body });
      expect(answer.status).toBe(403);
      expect(answer.json).toMatchObject({ code: 'http.https_required' });
      expect(answer.headers.has('Location')).toBe(false);
    }
  });
});

describe('public resources [O13]', () => {
  test('the health check answers one word', async () => {
    expect((await call('GET', '/health')).text).toBe('{"status":"ok"}');
  });

  test('the readiness check answers words without versions', async () => {
    const { status, json, text } = await call('GET', '/health/ready');
    expect(status).toBe(200);
    expect(json).toEqual({ status: 'ok', database: 'ok', postgis: 'ok', migrations: 'ok' });
    expect(text).not.toMatch(/\d/);
  });

  test.each([
    '/metrics',
    '/health/live',
    '/debug',
    '/status',
    '/admin',
    '/v1',
    '/v1/',
    '/v1/admin',
    '/v1/users',
    '/api',
    '/api/v1',
    '/graphql',
    '/swagger',
    '/openapi.yaml',
    '/docs/',
    '/.env',
    '/.dev.vars',
    '/.git/config',
    '/wrangler.toml',
    '/package.json',
    '/src/worker.ts',
    '/node_modules',
    '/__scheduled',
    '/__scheduled?cron=7+*+*+*+*',
    '/cdn-cgi/handler/scheduled',
    '/cdn-cgi/mf/scheduled',
    '/cron',
    '/sql',
    '/inbox.json',
    '/emails',
    '/.well-known/openid-configuration',
    '/server-status',
    '/actuator',
    '/v1/test',
    '/v1/auth/jwks',
    '/index.html',
  ])('the path %s answers 404 [Q8]', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await call(method, path);
      expect(answer.status, answer.text).toBe(404);
      expect(answer.json.code).toBe('http.not_found');
    }
  });
});

/** The values of each directive of a Content-Security-Policy. */
function policyOf({ headers }: Answer): Record<string, string[]> {
  const directives = (headers.get('Content-Security-Policy') ?? '').split(';').map((part) => part.trim().split(/\s+/));
  return Object.fromEntries(directives.map(([name = '', ...words]) => [name, words]));
}

const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8' };

describe('pages', () => {
  test.each([
    ['/', 200],
    ['/verify-email', 200],
    ['/reset-password', 200],
    ['/sign-in', 200],
    ['/docs', 200],
    ['/redoc', 200],
    ['/nothing', 404],
  ])('the page %s runs only its own scripts and loads nothing from other origins', async (path, status) => {
    const answer = await call('GET', path, { headers: browser });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/html; charset=utf-8$/i);

    const policy = policyOf(answer);
    expect(policy).toMatchObject({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'connect-src': ["'self'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
    });
    const words = Object.values(policy).flat();
    expect(words.filter((word) => !["'self'", "'none'", 'data:', "'unsafe-inline'"].includes(word))).toEqual([]);
    if (path !== '/docs' && path !== '/redoc') expect(words).not.toContain("'unsafe-inline'");

    expect(answer.text).not.toMatch(/(?:https?:)?\/\/[a-z0-9]/i);
    expect(answer.text).not.toMatch(
      /<script(?![^>]*\ssrc="\/)|<style|\sstyle=|\son\w+=|javascript:|<iframe|<base|<form[^>]*action/i,
    );
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(answer.headers.get('Strict-Transport-Security')).toContain('includeSubDomains');
  });

  test('text in the URL is not written into pages [F15, T22]', async () => {
    const query = '?token=canary&error_description=%3Cscript%3Ealert(1)%3C/script%3E';
    for (const path of ['/verify-email', '/', '/docs', '/nothing']) {
      const plain = await call('GET', path, { headers: browser });
      const named = await call('GET', `${path}${query}`, { headers: browser });
      expect(named.text).toBe(plain.text);
    }
  });
});

describe('public keys [E13]', () => {
  test('the public key set has only public members and may be cached for an hour', async () => {
    const { status, headers, json, text } = await call('GET', '/.well-known/jwks.json');
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toMatch(/^application\/(?:jwk-set\+)?json/);
    expect(headers.get('Cache-Control')).toBe('public, max-age=3600');
    for (const key of json.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      expect(key).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig', kid: expect.stringMatching(/./) });
    }
    expect(text).not.toMatch(/"(?:d|p|q|k|dp|dq|qi)":/);
  });
});
