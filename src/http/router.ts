import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import { createMiddleware } from 'hono/factory';
import { authenticationRequired, invalidToken, scopeMissing } from '../context.ts';
import { invalidCursor } from '../db/cursor.ts';
import type { ProblemKind } from '../errors.ts';
import { authenticate, permit } from './authenticate.ts';
import { type Body, checkBody, mayCarryBody, requireBody } from './body.ts';
import { type Credential, securityOf } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import {
  bodyTooLarge,
  crossOriginRefused,
  httpsRequired,
  invalidInput,
  jsonTooDeep,
  malformedJson,
  malformedRequest,
  malformedText,
  malformedUrl,
  tooManyRequests,
  unknownParameter,
  unstorableText,
  unsupportedMediaType,
  urlTooLong,
} from './errors.ts';
import { versionsOf } from './etag.ts';
import { repeatsOf } from './idempotency.ts';
import { unavailable } from './problem.ts';
import { limitRate } from './rate-limit.ts';
import { headersOf, noExtras, type RouteExtras } from './route-extras.ts';

type ValidationFailure = { success: false; target: string; error: { issues: readonly z.core.$ZodIssue[] } };

/** A body of 256 KB can have 100,000 errors, which is too long a response. */
const maxErrors = 100;

/** A value of the wrong shape is 422 and says where. An unknown query parameter is 400. */
export function answerInvalid(result: ValidationFailure | { success: true }): void {
  if (result.success) return;
  const { issues } = result.error;
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown && result.target === 'query') throw unknownParameters(unknown.keys);
  const errors = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'Unknown field.' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  throw invalidInput({ errors: errors.slice(0, maxErrors) });
}

const unknownParameters = (names: readonly string[]) =>
  unknownParameter({ message: `Unknown query parameter: ${names.join(', ')}.` });

/** For a route without query parameters. */
const refuseParameters = createMiddleware<HttpEnv>(async (c, next) => {
  const names = Object.keys(c.req.queries());
  if (names.length > 0) throw unknownParameters(names);
  await next();
});

export const createRouter = () => new OpenAPIHono<HttpEnv>({ defaultHook: answerInvalid });

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
  /** The errors of its service. Those that follow from its shape are added. */
  problems?: readonly ProblemKind[];
};

const isBrowserWrite = ({ method, credential }: Route<string>): boolean =>
  method !== 'get' && credential.kinds.includes('session');

/** The problems that follow from the shape of a route. */
function problemsOf(route: Route<string>): readonly ProblemKind[] {
  const { method, credential, body = [], request = {}, isUnlimited, isBodyIgnored } = route;
  const hasInput = body.length > 0 || request.params || request.query;
  const isJson = body.some(({ content }) => 'application/json' in content);
  return [
    ...[httpsRequired, malformedUrl, urlTooLong],
    ...(isQueryStrict(route) ? [unknownParameter] : []),
    ...(hasPages(route) ? [invalidCursor] : []),
    ...(credential.kinds.length > 0 ? [invalidToken] : []),
    ...(credential.kinds.length > 0 && !credential.isOptional ? [authenticationRequired, scopeMissing] : []),
    ...(isBrowserWrite(route) ? [crossOriginRefused] : []),
    ...(mayCarryBody(method) ? [bodyTooLarge, malformedText, malformedJson, jsonTooDeep, unstorableText] : []),
    ...(isJson ? [malformedRequest] : []),
    ...(mayCarryBody(method) && !isBodyIgnored ? [unsupportedMediaType] : []),
    ...(hasInput ? [invalidInput] : []),
    ...(isUnlimited ? [] : [tooManyRequests, unavailable]),
  ];
}

const noQuery = z.strictObject({});

const queryOf = ({ request }: Route<string>): z.ZodObject =>
  request?.query instanceof z.ZodObject ? request.query : noQuery;

const hasPages = (route: Route<string>): boolean => 'cursor' in queryOf(route).shape;

/** Whether an unknown parameter is rejected. */
const isQueryStrict = (route: Route<string>): boolean => queryOf(route).def.catchall instanceof z.ZodNever;

function withHeaders(
  responses: RouteConfig['responses'],
  names: RouteExtras['responseHeaders'],
): RouteConfig['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) =>
      '$ref' in answer || !/^20[01]$/.test(status)
        ? [status, answer]
        : [status, { ...answer, headers: { ...answer.headers, ...headersOf(...names) } }],
    ),
  );
}

type IntersectionOf<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;

type EmptyObject = Record<never, never>;

/** The type of a route for `createRoute`, with the types of its bodies. */
type DeclaredRoute<R> = Omit<R, 'request' | 'body' | 'credential' | 'isUnlimited' | 'isBodyIgnored' | 'problems'> & {
  request: (R extends { request: infer Q } ? Q : EmptyObject) &
    (R extends { body: readonly Body<infer C>[] }
      ? { body: { content: IntersectionOf<C>; required: boolean } }
      : EmptyObject);
};

function configOf(route: Route<string>, versions: RouteExtras) {
  const { credential, body: bodies = [], isUnlimited, request, middleware = [], responses, ...others } = route;
  const { isBodyIgnored: isIgnored = false, problems = [], ...rest } = others;
  const isAnonymous = credential.kinds.length === 0;
  const repeats = repeatsOf(route);
  const parameters = [...repeats.parameters, ...versions.parameters];
  const responseHeaders = [
    ...repeats.responseHeaders,
    ...versions.responseHeaders,
    ...(hasPages(route) ? ['Link' as const] : []),
  ];
  return {
    ...rest,
    security: securityOf(credential),
    // Only what the route declares, so that a probe does not pay for credentials.
    middleware: [
      mayCarryBody(rest.method) ? checkBody(bodies, { isIgnored }) : [],
      isAnonymous ? [] : authenticate(credential),
      isUnlimited ? [] : limitRate('api'),
      isAnonymous ? [] : permit(credential),
      repeats.middleware,
      versions.middleware,
      middleware,
      bodies.length > 0 ? requireBody(bodies) : [],
      request?.query ? [] : refuseParameters,
    ].flat(),
    ...(parameters.length > 0 && { parameters }),
    request: { ...request, ...(bodies.length > 0 && { body: bodyOf(bodies) }) },
    responses: { ...versions.responses, ...withHeaders(responses, responseHeaders) },
    /** Only the document needs them. */
    problems: () => [...problemsOf(route), ...repeats.problems, ...versions.problems, ...problems],
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
 * idempotency of a creating route, and the problems that follow from its shape. `document/problems.ts` makes the
 * responses of the problems.
 */
export const defineRoute = <P extends string, R extends Route<P>>(route: R) =>
  asDeclared<R>(createRoute(configOf(route, noExtras)));

/** A route to a resource with versions: it sends an ETag and obeys conditions on it. */
export const defineVersioned = <P extends string, R extends Route<P>>(route: R) =>
  asDeclared<R>(createRoute(configOf(route, versionsOf(route))));

/** A created resource. The header says where it is. */
export const created = <S extends z.ZodType>(schema: S, description: string) => ({
  ...json(schema, description),
  headers: headersOf('Location'),
});

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Responds with text that is already JSON of type T, without parsing it. */
export function jsonText<T>(c: Context<HttpEnv>, text: string, mediaType: string) {
  const response: Response = c.body(text, 200, { 'Content-Type': mediaType });
  return response as Response & TypedResponse<T, 200, 'json'>;
}
