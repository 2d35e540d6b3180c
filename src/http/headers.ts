import type { Context } from 'hono';
import { configFrom } from '../config.ts';
import type { HttpEnv } from './env.ts';

const exposedHeaders = [
  'Content-Disposition',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
].join();

const fixedHeaders = Object.entries({
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Access-Control-Expose-Headers': exposedHeaders,
});

/** A page may set its own Content-Security-Policy, a public document its own Cache-Control. */
const defaultHeaders = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
});

const preflightHeaders: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET,POST,PATCH,PUT,DELETE',
  'Access-Control-Allow-Headers': 'Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match',
  'Access-Control-Max-Age': '7200',
};

/** Sets the headers that every response has. Hono makes a response twice if its headers are set before it. */
export function setHeaders(c: Context<HttpEnv>): void {
  const { headers } = c.res;
  for (const [name, value] of fixedHeaders) headers.set(name, value);
  for (const [name, value] of defaultHeaders) if (!headers.has(name)) headers.set(name, value);
  headers.set('X-Request-Id', c.var.requestId);
  headers.append('Vary', 'Origin');
  allowOrigin(c, headers);
}

/** Only the configured origins may read responses in a browser, and only they may send cookies. */
function allowOrigin(c: Context<HttpEnv>, headers: Headers): void {
  const origin = c.req.raw.headers.get('Origin');
  if (origin === null || !configFrom(c.env).corsOrigins.includes(origin)) return;
  headers.set('Access-Control-Allow-Origin', origin);
  headers.set('Access-Control-Allow-Credentials', 'true');
}

export const isPreflight = (c: Context<HttpEnv>): boolean => c.req.method === 'OPTIONS';

export function answerPreflight(c: Context<HttpEnv>): void {
  c.res = new Response(null, { status: 204, headers: preflightHeaders });
}
