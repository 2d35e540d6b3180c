import type { RouteConfig } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { ProblemKind } from '../errors.ts';
import type { HttpEnv } from './env.ts';

/** A request header in the OpenAPI document. */
type HeaderParameter = {
  name: string;
  in: 'header';
  required: false;
  description: string;
  schema: { type: 'string'; description: string; example: string };
};

/** What `idempotency.ts` and `etag.ts` add to a route. */
export type RouteExtras = {
  middleware: readonly MiddlewareHandler<HttpEnv>[];
  /** Request headers. Their middleware checks them. */
  parameters: readonly HeaderParameter[];
  /** The names of the response headers of a success with a body. */
  responseHeaders: readonly HeaderName[];
  responses: RouteConfig['responses'];
  problems: readonly ProblemKind[];
};

export type HeaderName =
  | 'Content-Disposition'
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

/** An optional request header. */
export const headerParameter = (name: string, text: { description: string; example: string }): HeaderParameter => ({
  schema: { type: 'string', ...text },
  required: false,
  description: text.description,
  name,
  in: 'header',
});

export const noExtras: RouteExtras = {
  middleware: [],
  parameters: [],
  responseHeaders: [],
  responses: {},
  problems: [],
};
