import { createMiddleware } from 'hono/factory';
import { configFrom } from '../config.ts';
import type { HttpEnv } from './env.ts';

const fixedHeaders = Object.entries({
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
});

const defaultHeaders = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
});

/** Every response has these headers. A page may set its own Content-Security-Policy, a public document its own Cache-Control. */
export const securityHeaders = createMiddleware<HttpEnv>(async (c, next) => {
  await next();
  const { headers } = c.res;
  for (const [name, value] of fixedHeaders) headers.set(name, value);
  for (const [name, value] of defaultHeaders) if (!headers.has(name)) headers.set(name, value);
});

const exposedHeaders = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
].join();

const preflightHeaders: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET,POST,PATCH,PUT,DELETE',
  'Access-Control-Allow-Headers': 'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match',
  'Access-Control-Max-Age': '7200',
};

/**
 * Only the configured origins may read responses in a browser, and only they may send cookies. Headers are set after the
 * response is made, because Hono makes a response twice if its headers were touched before.
 */
export const crossOrigin = createMiddleware<HttpEnv>(async (c, next) => {
  const origin = c.req.header('Origin') ?? '';
  const isListed = configFrom(c.env).corsOrigins.includes(origin);
  if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204, headers: preflightHeaders });
  else await next();
  const answered = c.res.headers;
  answered.append('Vary', 'Origin');
  answered.set('Access-Control-Expose-Headers', exposedHeaders);
  if (!isListed) return;
  answered.set('Access-Control-Allow-Origin', origin);
  answered.set('Access-Control-Allow-Credentials', 'true');
});
