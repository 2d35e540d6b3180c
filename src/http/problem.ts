import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, type InvalidPart } from '../errors.ts';
import { describeError } from '../log.ts';
import type { HttpEnv } from './env.ts';
import { refusalHeaders } from './quota.ts';

const titles: Readonly<Record<number, string>> = {
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

/** RFC 9457. `code` is stable and made for programs, `detail` for people. */
export const Problem = z
  .object({
    type: z.string().openapi({ example: 'about:blank' }),
    title: z.string().openapi({ example: 'Not found' }),
    status: z.int().openapi({ example: 404 }),
    code: z.string().openapi({ example: 'journeys.not_found' }),
    detail: z.string().openapi({ example: 'No such journey.' }),
    request_id: z.string().openapi({ example: '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b' }),
    errors: z
      .array(
        z.object({
          path: z.string().openapi({ example: 'name' }),
          message: z.string().openapi({ example: 'Unknown field.' }),
        }),
      )
      .optional()
      .openapi({ description: 'Every part of the input that is wrong.' }),
  })
  .openapi('Problem');

/** A problem in the document. */
export const described = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

type Told = {
  status: number;
  code: string;
  detail: string;
  errors?: readonly InvalidPart[];
  headers?: Readonly<Record<string, string>>;
};

const internal: Told = { status: 500, code: 'internal', detail: 'Something went wrong on our side.' };
const unavailable: Told = {
  status: 503,
  code: 'unavailable',
  detail: 'The database does not answer just now.',
  headers: { 'Retry-After': '5' },
};

export function problem(c: Context<HttpEnv>, told: Told): Response {
  const { status, code, detail, errors, headers } = told;
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

/** Every status a problem has carries a body. */
const asContentful = (status: number): ContentfulStatusCode => status as ContentfulStatusCode;

/** SQLSTATE classes that say nothing of the statement: connection, rollback (deadlock), resources, operator. */
const passing = /^(?:08|40|53|57)/;

/** The driver names no SQLSTATE for a request that never reached Postgres: a fetch that failed or an answer not 200. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  ((error.name === 'NeonDbError' && (!('code' in error && error.code) || passing.test(String(error.code)))) ||
    isUnavailable(error.cause));

function tell(error: unknown): Told {
  if (error instanceof AppError) {
    const { status, code, message: detail, details } = error;
    const { errors, quota = [] } = details;
    return { status, code, detail, ...(errors && { errors }), headers: refusalHeaders([quota].flat()) };
  }
  if (error instanceof HTTPException && error.status < 500) {
    const detail = error.status === 415 ? 'That content type is not accepted here.' : 'The request is malformed.';
    return { status: error.status, code: `http.${error.status}`, detail };
  }
  return isUnavailable(error) ? unavailable : internal;
}

/** The one place where errors become answers; what is not an AppError is logged and tells the caller nothing. */
export function answerError(error: Error, c: Context<HttpEnv>): Response {
  const told = tell(error);
  if (told.status >= 500) c.get('log')('error', told.code, describeError(error));
  const challenge = told.status === 401 ? { 'WWW-Authenticate': challengeFor(told.code) } : {};
  return problem(c, { ...told, headers: { ...challenge, ...told.headers } });
}

/** RFC 6750 section 3: no error code where no credential was sent. */
const challengeFor = (code: string): string =>
  code === 'auth.invalid_token' ? 'Bearer realm="kairos", error="invalid_token"' : 'Bearer realm="kairos"';
