import type { RouteConfig, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { ProblemKind } from '../errors.ts';
import type { HttpEnv } from './env.ts';

/** What `idempotency.ts` and `etag.ts` add to a route. */
export type RouteExtras = {
  middleware: readonly MiddlewareHandler<HttpEnv>[];
  /** Request headers. */
  headers: Readonly<Record<string, z.ZodType>>;
  /** The names of the response headers of a success with a body. */
  responseHeaders: readonly HeaderName[];
  responses: RouteConfig['responses'];
  problems: readonly ProblemKind[];
};

export type HeaderName =
  | 'ETag'
  | 'Idempotency-Replayed'
  | 'Link'
  | 'Location'
  | 'RateLimit'
  | 'RateLimit-Policy'
  | 'Retry-After'
  | 'WWW-Authenticate';

/** The headers of a response as the document declares them. `document/headers.ts` describes each one. */
export const headersOf = (...names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const noExtras: RouteExtras = { middleware: [], headers: {}, responseHeaders: [], responses: {}, problems: [] };
