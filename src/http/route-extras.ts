import type { RouteConfig, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './env.ts';

/** What `idempotency.ts` and `etag.ts` add to a route. */
export type RouteExtras = {
  middleware: readonly MiddlewareHandler<HttpEnv>[];
  /** Request headers. */
  headers: Readonly<Record<string, z.ZodType>>;
  /** Response headers of a success with a body. */
  responseHeaders: Readonly<Record<string, { description: string; schema: { type: 'string' } }>>;
  responses: RouteConfig['responses'];
};

export const noExtras: RouteExtras = { middleware: [], headers: {}, responseHeaders: {}, responses: {} };
