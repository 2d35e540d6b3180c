import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler, TypedResponse } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type Ctx, type Scope, scopes } from '../context.ts';
import type { openForCall } from '../db/client.ts';
import type { Repeatable } from '../features/idempotency/answer.service.ts';
import type { Log } from '../log.ts';
import { permit } from './authenticate.ts';
import { mayCarryBody } from './body.ts';
import { versionsOf } from './etag.ts';
import { repeatable, takesKey } from './idempotency.ts';
import { described, problem } from './problem.ts';

export type HttpEnv = {
  Bindings: Env;
  Variables: {
    ctx: Ctx;
    database: ReturnType<typeof openForCall>;
    requestId: string;
    log: Log;
    needed?: readonly Scope[];
    transport?: 'cookie';
    repeatable?: Repeatable;
  };
};

type Invalid = { success: false; target: string; error: { issues: readonly z.core.$ZodIssue[] } };

/** A body of 256 KB can hold 100,000 faults; nobody reads them. */
const mostErrors = 100;

/** A value of the wrong shape is 422 and says where; a query name nobody reads is 400. */
export function answerInvalid(result: Invalid | { success: true }, c: Context<HttpEnv>): Response | undefined {
  if (result.success) return;
  const { issues } = result.error;
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown && result.target === 'query') {
    return problem(c, {
      status: 400,
      code: 'http.unknown_parameter',
      detail: `Unknown query parameter: ${unknown.keys.join(', ')}.`,
    });
  }
  const errors = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'Unknown field.' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  const detail = 'Some values are not acceptable.';
  return problem(c, { status: 422, code: 'http.invalid', detail, errors: errors.slice(0, mostErrors) });
}

export const createRouter = () => new OpenAPIHono<HttpEnv>({ defaultHook: answerInvalid });

const commonProblems = {
  400: described('The request is malformed.'),
  401: described('No valid credential.'),
  403: described('The credential may not do this.'),
  404: described('No such thing, or not yours to see.'),
  413: described('The body is too large.'),
  415: described('The content type is not accepted.'),
  422: described('Some values are not acceptable; `errors` says which.'),
  429: described('Too many requests; try again after `Retry-After` seconds.'),
  503: described('The database does not answer; try again after `Retry-After` seconds.'),
};

/** The problems a route can answer by its shape alone. */
function problemsOf(route: RouteConfig): Partial<typeof commonProblems> {
  const { 400: malformed, 401: noCredential, 403: forbidden, 404: notFound, ...rest } = commonProblems;
  const { 413: tooLarge, 415: contentType, 422: invalid, 429: tooMany, 503: away } = rest;
  return {
    400: malformed,
    ...(route.security?.length && { 401: noCredential, 403: forbidden }),
    ...(route.request?.params && { 404: notFound }),
    ...(mayCarryBody(route.method) && { 413: tooLarge, 415: contentType }),
    ...((route.request?.body || route.request?.params || route.request?.query) && { 422: invalid }),
    429: tooMany,
    503: away,
  };
}

function requireScopes({ security = [] }: RouteConfig): MiddlewareHandler<HttpEnv>[] {
  const [wanted, ...others] = security;
  if (!wanted?.bearer || others.length > 0) return [];
  return [permit(z.array(z.enum(scopes)).parse(wanted.bearer))];
}

/** zod-openapi takes a request with neither body nor content type for `{}`, also where a body is required. */
function requireContentType({ request }: RouteConfig): MiddlewareHandler<HttpEnv>[] {
  if (!request?.body?.required) return [];
  return [
    async (c, next) => {
      if (!c.req.header('Content-Type')) throw new HTTPException(415);
      await next();
    },
  ];
}

/** What a route does and declares for a reason of its own: see `idempotency.ts` and `etag.ts`. */
export type Extra = {
  middleware: readonly MiddlewareHandler<HttpEnv>[];
  /** Of the request. */
  headers: Readonly<Record<string, z.ZodType>>;
  /** Of an answer that succeeds with a body. */
  answerHeaders: Readonly<Record<string, { description: string; schema: { type: 'string' } }>>;
  answers: RouteConfig['responses'];
};

const none: Extra = { middleware: [], headers: {}, answerHeaders: {}, answers: {} };

function withHeaders(responses: RouteConfig['responses'], headers: Extra['answerHeaders']): RouteConfig['responses'] {
  if (Object.keys(headers).length === 0) return responses;
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) =>
      '$ref' in answer || !/^20[01]$/.test(status) ? [status, answer] : [status, { ...answer, headers }],
    ),
  );
}

/**
 * `createRoute` with what every route shares: an unknown query parameter is refused, a caller without the scopes
 * is turned away, what creates can be sent again, and the problems that follow from the route's shape are declared. A
 * route adds those of its own (`409: problems[409]`).
 */
export function defineRoute<P extends string, R extends Omit<RouteConfig, 'path'> & { path: P }>(
  route: R,
  versions: Extra = none,
) {
  const repeats = takesKey(route) ? repeatable : none;
  const headers = { ...repeats.headers, ...versions.headers };
  const answerHeaders = { ...repeats.answerHeaders, ...versions.answerHeaders };
  const withDefaults = {
    ...route,
    middleware: [
      requireScopes(route),
      repeats.middleware,
      versions.middleware,
      route.middleware ?? [],
      requireContentType(route),
    ].flat(),
    request: {
      query: z.strictObject({}),
      ...route.request,
      ...(Object.keys(headers).length > 0 && { headers: z.object(headers) }),
    },
    responses: { ...problemsOf(route), ...versions.answers, ...withHeaders(route.responses, answerHeaders) },
  };
  return createRoute<P, R>(withDefaults);
}

/** A route to something that has versions: its ETag goes out, and conditions on it are heard. */
export const defineVersioned = <P extends string, R extends Omit<RouteConfig, 'path'> & { path: P }>(route: R) =>
  defineRoute<P, R>(route, versionsOf(route));

export const problems = {
  400: described('The request is malformed.'),
  401: described('No valid credential.'),
  403: described('Not allowed; `code` says why.'),
  404: described('No such thing, or not yours to see.'),
  409: described('It conflicts with what is there; `code` says how.'),
};

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** Answers with text that is JSON of type T already; hono would type it only by parsing and writing it again. */
export function jsonText<T>(c: Context<HttpEnv>, text: string, mediaType: string) {
  const response: Response = c.body(text, 200, { 'Content-Type': mediaType });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
