import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import { authenticate, permit } from './authenticate.ts';
import { type Body, checkBody, mayCarryBody, requireBody } from './body.ts';
import { type Credential, securityOf } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import { versionsOf } from './etag.ts';
import { type Extra, none } from './extra.ts';
import { repeatsOf } from './idempotency.ts';
import { described, problem } from './problem.ts';
import { limitRate } from './rate-limit.ts';

type Invalid = { success: false; target: string; error: { issues: readonly z.core.$ZodIssue[] } };

/** A body of 256 KB can hold 100,000 faults; nobody reads them. */
const maxErrors = 100;

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
  return problem(c, { status: 422, code: 'http.invalid', detail, errors: errors.slice(0, maxErrors) });
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

type Route<P extends string> = Omit<RouteConfig, 'path' | 'security' | 'request'> & {
  path: P;
  /** What a caller may present: see `credentials.ts`. */
  credential: Credential;
  /** The bodies it takes, one of which a request has: see `body.ts`. Without any, a body is not read. */
  body?: readonly Body[];
  request?: Omit<NonNullable<RouteConfig['request']>, 'body'>;
  /** It takes none, and lets through whatever is sent along, a form in parts too. */
  isBodyIgnored?: boolean;
  /** For probes and public keys, which no rate limit stands before. */
  isUnlimited?: boolean;
};

/** The problems a route can answer by its shape alone. */
function problemsOf({ method, credential, body, request }: Route<string>): Partial<typeof commonProblems> {
  const { 400: malformed, 401: noCredential, 403: forbidden, 404: notFound, ...rest } = commonProblems;
  const { 413: tooLarge, 415: contentType, 422: invalid, 429: tooMany, 503: away } = rest;
  return {
    400: malformed,
    ...(credential.kinds.length > 0 && { 401: noCredential, 403: forbidden }),
    ...(request?.params && { 404: notFound }),
    ...(mayCarryBody(method) && { 413: tooLarge, 415: contentType }),
    ...((body || request?.params || request?.query) && { 422: invalid }),
    429: tooMany,
    503: away,
  };
}

function withHeaders(responses: RouteConfig['responses'], headers: Extra['answerHeaders']): RouteConfig['responses'] {
  if (Object.keys(headers).length === 0) return responses;
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) =>
      '$ref' in answer || !/^20[01]$/.test(status) ? [status, answer] : [status, { ...answer, headers }],
    ),
  );
}

type Joined<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;

type Nothing = Record<never, never>;

/** A route as `createRoute` has it, the types of its bodies with it. */
type Declared<R> = Omit<R, 'request' | 'body' | 'credential' | 'isUnlimited' | 'isBodyIgnored'> & {
  request: (R extends { request: infer Q } ? Q : Nothing) &
    (R extends { body: readonly Body<infer C>[] } ? { body: { content: Joined<C>; required: boolean } } : Nothing);
};

function configOf(route: Route<string>, versions: Extra) {
  const { credential, body: bodies = [], isUnlimited, request, middleware = [], responses, ...others } = route;
  const { isBodyIgnored: isIgnored = false, ...rest } = others;
  const repeats = repeatsOf(route);
  const headers = { ...repeats.headers, ...versions.headers };
  const answerHeaders = { ...repeats.answerHeaders, ...versions.answerHeaders };
  return {
    ...rest,
    security: securityOf(credential),
    middleware: [
      checkBody(bodies, { isIgnored }),
      authenticate(credential),
      isUnlimited ? [] : limitRate('api'),
      permit(credential),
      repeats.middleware,
      versions.middleware,
      middleware,
      requireBody(bodies),
    ].flat(),
    request: {
      query: z.strictObject({}),
      ...request,
      ...(Object.keys(headers).length > 0 && { headers: z.object(headers) }),
      ...(bodies.length > 0 && { body: bodyOf(bodies) }),
    },
    responses: { ...problemsOf(route), ...versions.answers, ...withHeaders(responses, answerHeaders) },
  };
}

/** `defineRoute` has put together what `Declared` says. */
const declared = <R>(route: unknown): Declared<R> => route as Declared<R>;

const bodyOf = (bodies: readonly Body[]) => ({
  required: bodies.every(({ isOptional }) => !isOptional),
  content: Object.assign({}, ...bodies.map(({ content }) => content)),
});

/**
 * `createRoute` with what every route shares: its bodies are checked, its caller is authenticated and turned away without
 * the scopes, an unknown query parameter is refused, what creates can be sent again, and the problems that follow from the
 * route's shape are declared. A route adds those of its own (`409: problems[409]`).
 */
export const defineRoute = <P extends string, R extends Route<P>>(route: R) =>
  declared<R>(createRoute(configOf(route, none)));

/** A route to something that has versions: its ETag goes out, and conditions on it are heard. */
export const defineVersioned = <P extends string, R extends Route<P>>(route: R) =>
  declared<R>(createRoute(configOf(route, versionsOf(route))));

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

/** Answers with text that is JSON of type T already; hono would type it only by parsing and writing it again. */
export function jsonText<T>(c: Context<HttpEnv>, text: string, mediaType: string) {
  const response: Response = c.body(text, 200, { 'Content-Type': mediaType });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
