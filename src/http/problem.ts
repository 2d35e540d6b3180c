import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type InvalidPart, type ProblemKind } from '../errors.ts';
import { describeError } from '../log.ts';
import type { HttpEnv } from './env.ts';
import { malformedRequest, unsupportedMediaType } from './errors.ts';
import { exhaustedQuotaHeaders } from './quota.ts';

export const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  412: 'Precondition failed',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal server error',
  503: 'Service unavailable',
};

type ProblemParts = ProblemKind & {
  errors?: readonly InvalidPart[];
  headers?: Readonly<Record<string, string>>;
};

export const internal: ProblemParts = {
  status: 500,
  code: 'internal',
  detail: 'Something went wrong on our side. If it happens again, report the request_id.',
};
export const unavailable: ProblemParts = {
  status: 503,
  code: 'unavailable',
  detail: 'The database cannot be reached. Try again in a few seconds.',
  headers: { 'Retry-After': '5' },
};

export function problem(c: Context<HttpEnv>, parts: ProblemParts): Response {
  const { status, code, detail, errors, headers } = parts;
  return c.json(
    {
      type: 'about:blank',
      title: titles[status] ?? 'Error',
      status,
      code,
      detail,
      request_id: c.get('requestId'),
      ...(errors && { errors }),
    },
    asContentful(status),
    { 'Cache-Control': 'no-store', ...headers, 'Content-Type': 'application/problem+json' },
  );
}

/** Every status of a problem allows a body. */
const asContentful = (status: number): ContentfulStatusCode => status as ContentfulStatusCode;

/** SQLSTATE classes of transient faults: connection, rollback (deadlock), resources, operator intervention. */
const transientFault = /^(?:08|40|53|57)/;

/** A driver error has no SQLSTATE if the request did not reach Postgres: no response, or a status other than 200. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  ((error.name === 'NeonDbError' && (!('code' in error && error.code) || transientFault.test(String(error.code)))) ||
    isUnavailable(error.cause));

function problemPartsOf(error: unknown): ProblemParts {
  if (error instanceof AppError) {
    const { status, code, message: detail, details } = error;
    const { errors, quota = [] } = details;
    return { status, code, detail, ...(errors && { errors }), headers: exhaustedQuotaHeaders([quota].flat()) };
  }
  if (error instanceof HTTPException && error.status < 500)
    return error.status === 415 ? unsupportedMediaType : malformedRequest;
  return isUnavailable(error) ? unavailable : internal;
}

/** The only place where errors become responses. An error that is not an AppError is logged and not shown to the caller. */
export function answerError(error: Error, c: Context<HttpEnv>): Response {
  const parts = problemPartsOf(error);
  if (parts.status >= 500) c.get('log')('error', parts.code, describeError(error));
  const challenge = parts.status === 401 ? { 'WWW-Authenticate': challengeFor(parts.code) } : {};
  return problem(c, { ...parts, headers: { ...challenge, ...parts.headers } });
}

/** RFC 6750 section 3: no error code if no credential was sent. */
const challengeFor = (code: string): string =>
  code === 'auth.invalid_token' ? 'Bearer realm="kairos", error="invalid_token"' : 'Bearer realm="kairos"';
