import type { RouteConfig, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './env.ts';

/** What a route does and declares for a reason of its own: see `idempotency.ts` and `etag.ts`. */
export type Extra = {
  middleware: readonly MiddlewareHandler<HttpEnv>[];
  /** Of the request. */
  headers: Readonly<Record<string, z.ZodType>>;
  /** Of an answer that succeeds with a body. */
  answerHeaders: Readonly<Record<string, { description: string; schema: { type: 'string' } }>>;
  answers: RouteConfig['responses'];
};

export const none: Extra = { middleware: [], headers: {}, answerHeaders: {}, answers: {} };
