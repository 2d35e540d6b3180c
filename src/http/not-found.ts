import type { Context, Hono } from 'hono';
import type { HttpEnv } from './env.ts';
import { problem } from './problem.ts';

const toPattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}$`);

/** 405 with `Allow` if the path exists with other methods, otherwise 404. */
export function answerNotFound(app: Hono<HttpEnv>) {
  let known: { method: string; pattern: RegExp }[] | undefined;
  return (c: Context<HttpEnv>): Response => {
    known ??= app.routes
      .filter((route) => route.method !== 'ALL' && !route.path.includes('*'))
      .map(({ method, path }) => ({ method, pattern: toPattern(path) }));
    const methods = new Set(known.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method));
    if (methods.size === 0) {
      return problem(c, {
        status: 404,
        code: 'http.not_found',
        detail: 'Nothing exists at this address. See /docs for the addresses of the API.',
      });
    }
    if (methods.has('GET')) methods.add('HEAD');
    const headers = { Allow: [...methods].sort().join(', ') };
    return problem(c, {
      status: 405,
      code: 'http.method_not_allowed',
      detail: 'This address does not have this method. The `Allow` header lists its methods.',
      headers,
    });
  };
}
