import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import { authenticate, permit } from './authenticate.ts';
import { type Body, checkBody, mayCarryBody, requireBody } from './body.ts';
import { type Credential, securityOf } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import { versionsOf } from './etag.ts';
import { repeatsOf } from './idempotency.ts';
import { problem, problemResponse } from './problem.ts';
import { limitRate } from './rate-limit.ts';
import { noExtras, type RouteExtras } from './route-extras.ts';

type ValidationFailure = { success: false; target: string; error: { issues: readonly z.core.$ZodIssue[] } };

/** A body of 256 KB can have 100,000 errors, which is too long a response. */
const maxErrors = 100;

/** A value of the wrong shape is 422 and says where. An unknown query parameter is 400. */
export function answerInvalid(
  result: ValidationFailure | { success: true },
  c: Context<HttpEnv>,
): Response | undefined {
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
  const detail = 'Some values are not valid, and `errors` says which.';
  return problem(c, { status: 422, code: 'http.invalid', detail, errors: errors.slice(0, maxErrors) });
}

export const createRouter = () => new OpenAPIHono<HttpEnv>({ defaultHook: answerInvalid });

const commonProblems = {
  400: problemResponse('The request is malformed.'),
  401: problemResponse('The request has no valid credential.'),
  403: problemResponse('The credential does not have the scope, or the role does not allow it.'),
  404: problemResponse('The resource does not exist, or is not visible to you.'),
  413: problemResponse('The body is too large.'),
  415: problemResponse('The content type is not accepted.'),
  422: problemResponse('Some values are not valid. `errors` says which.'),
  429: problemResponse('Too many requests. Try again after `Retry-After` seconds.'),
  503: problemResponse('The database cannot be reached. Try again after `Retry-After` seconds.'),
};

type Route<P extends string> = Omit<RouteConfig, 'path' | 'security' | 'request'> & {
  path: P;
  /** What a caller must present. */
  credential: Credential;
  /** The bodies that the route accepts. Without any, a body is not read. */
  body?: readonly Body[];
  request?: Omit<NonNullable<RouteConfig['request']>, 'body'>;
  /** The route accepts and ignores any body, even a multipart form. */
  isBodyIgnored?: boolean;
  /** For probes and public keys, which have no rate limit. */
  isUnlimited?: boolean;
};

/** The problems that follow from the shape of a route. */
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

function withHeaders(
  responses: RouteConfig['responses'],
  headers: RouteExtras['responseHeaders'],
): RouteConfig['responses'] {
  if (Object.keys(headers).length === 0) return responses;
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) =>
      '$ref' in answer || !/^20[01]$/.test(status) ? [status, answer] : [status, { ...answer, headers }],
    ),
  );
}

type IntersectionOf<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;

type EmptyObject = Record<never, never>;

/** The type of a route for `createRoute`, with the types of its bodies. */
type DeclaredRoute<R> = Omit<R, 'request' | 'body' | 'credential' | 'isUnlimited' | 'isBodyIgnored'> & {
  request: (R extends { request: infer Q } ? Q : EmptyObject) &
    (R extends { body: readonly Body<infer C>[] }
      ? { body: { content: IntersectionOf<C>; required: boolean } }
      : EmptyObject);
};

function configOf(route: Route<string>, versions: RouteExtras) {
  const { credential, body: bodies = [], isUnlimited, request, middleware = [], responses, ...others } = route;
  const { isBodyIgnored: isIgnored = false, ...rest } = others;
  const repeats = repeatsOf(route);
  const headers = { ...repeats.headers, ...versions.headers };
  const responseHeaders = { ...repeats.responseHeaders, ...versions.responseHeaders };
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
    responses: { ...problemsOf(route), ...versions.responses, ...withHeaders(responses, responseHeaders) },
  };
}

/** `configOf` builds what `DeclaredRoute` describes. */
const asDeclared = <R>(route: unknown): DeclaredRoute<R> => route as DeclaredRoute<R>;

const bodyOf = (bodies: readonly Body[]) => ({
  required: bodies.every(({ isOptional }) => !isOptional),
  content: Object.assign({}, ...bodies.map(({ content }) => content)),
});

/**
 * `createRoute` with the parts that all routes share: checks of body, credential, scopes and query parameters, the
 * idempotency of a creating route, and the problems that follow from its shape. A route declares its other problems
 * (`409: problems[409]`).
 */
export const defineRoute = <P extends string, R extends Route<P>>(route: R) =>
  asDeclared<R>(createRoute(configOf(route, noExtras)));

/** A route to a resource with versions: it sends an ETag and obeys conditions on it. */
export const defineVersioned = <P extends string, R extends Route<P>>(route: R) =>
  asDeclared<R>(createRoute(configOf(route, versionsOf(route))));

export const problems = {
  400: problemResponse('The request is malformed.'),
  401: problemResponse('The request has no valid credential.'),
  403: problemResponse('Not allowed. `code` says why.'),
  404: problemResponse('The resource does not exist, or is not visible to you.'),
  409: problemResponse('The request conflicts with the current state. `code` says how.'),
};

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Responds with text that is already JSON of type T, without parsing it. */
export function jsonText<T>(c: Context<HttpEnv>, text: string, mediaType: string) {
  const response: Response = c.body(text, 200, { 'Content-Type': mediaType });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
