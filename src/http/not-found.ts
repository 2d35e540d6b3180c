import type { Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { ProblemKind } from '../errors.ts';
import { sendsToken } from './authenticate.ts';
import type { HttpEnv } from './env.ts';
import { problem } from './problem.ts';

export const nothingHere: ProblemKind = {
  status: 404,
  code: 'http.not_found',
  detail: 'Nothing exists at this address. See /docs for the addresses of the API.',
};
export const methodNotAllowed: ProblemKind = {
  status: 405,
  code: 'http.method_not_allowed',
  detail: 'This address does not have this method. The `Allow` header lists its methods.',
};

const toPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`);

/** A browser opens an address with GET and without a token. */
const mayBeOpening = (c: Context): boolean => ['GET', 'HEAD'].includes(c.req.method) && !sendsToken(c);

/** A browser that opens an address prefers HTML. Scripts and other programs accept anything, or JSON. */
const prefersPage = (c: Context): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/problem+json', 'application/json', 'text/html'],
    default: 'application/problem+json',
  }) === 'text/html';

export type AnswerPage = (c: Context<HttpEnv>) => Response | Promise<Response>;

/** 405 with `Allow` if the path exists with other methods. Otherwise 404: a page for browsers, or a problem. */
export function answerNotFound(app: Hono<HttpEnv>, answerPage: AnswerPage) {
  let known: { method: string; pattern: RegExp }[] | undefined;
  return (c: Context<HttpEnv>): Response | Promise<Response> => {
    known ??= app.routes
      .filter((route) => route.method !== 'ALL' && !route.path.includes('*'))
      .map(({ method, path }) => ({ method, pattern: toPattern(path) }));
    const methods = new Set(known.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method));
    if (methods.size === 0) {
      if (!mayBeOpening(c)) return problem(c, nothingHere);
      c.header('Vary', 'Accept', { append: true });
      return prefersPage(c) ? answerPage(c) : problem(c, nothingHere);
    }
    if (methods.has('GET')) methods.add('HEAD');
    const headers = { Allow: [...methods].sort().join(', ') };
    return problem(c, { ...methodNotAllowed, headers });
  };
}
