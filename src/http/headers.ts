import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { configFrom } from '../config.ts';
import type { HttpEnv } from './env.ts';

const fixedHeaders: Readonly<Record<string, string>> = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const defaultHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/** Every response has these headers. A page may set its own Content-Security-Policy, a public document its own Cache-Control. */
export const securityHeaders = createMiddleware<HttpEnv>(async (c, next) => {
  await next();
  const { headers } = c.res;
  for (const [name, value] of Object.entries(fixedHeaders)) headers.set(name, value);
  for (const [name, value] of Object.entries(defaultHeaders)) if (!headers.has(name)) headers.set(name, value);
});

/** Only the configured origins may read responses in a browser, and only they may send cookies. */
export const crossOrigin = createMiddleware<HttpEnv>((c, next) => {
  const isListed = configFrom(c.env).corsOrigins.includes(c.req.header('Origin') ?? '');
  return cors({
    origin: (origin) => (isListed ? origin : null),
    credentials: isListed,
    allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
    exposeHeaders: [
      'ETag',
      'Idempotency-Replayed',
      'Link',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 7_200,
  })(c, next);
});
