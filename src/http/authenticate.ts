import { createMiddleware } from 'hono/factory';
import { type Actor, type Ctx, scopes } from '../context.ts';
import { actorOfKey, keyLive } from '../features/api-keys/api-key.service.ts';
import { invalidToken } from '../features/sessions/session.errors.ts';
import { isSessionLive, sessionLive } from '../features/sessions/session.service.ts';
import { readAccessToken } from '../lib/access-token.ts';
import type { HttpEnv } from './router.ts';

const maxHeaderLength = 8 * 1024;

/** RFC 6750 section 2.1: one scheme, one token, nothing else. */
function bearerToken(header: string): string {
  const token = header.length <= maxHeaderLength ? /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1] : undefined;
  if (!token) throw invalidToken();
  return token;
}

const anonymous: Actor = { type: 'anonymous' };

async function actorFrom(ctx: Ctx, header: string | undefined): Promise<Actor> {
  if (header === undefined) return anonymous;
  const token = bearerToken(header);
  if (token.startsWith('kai_')) return await keyActor(ctx, token);
  const claims = await readAccessToken(token, ctx.config, ctx.now());
  if (!claims) throw invalidToken();
  const granted = claims.scope.split(' ');
  return {
    type: 'user',
    userId: claims.sub,
    sessionId: claims.sid,
    scopes: scopes.filter((scope) => granted.includes(scope)),
  };
}

async function keyActor(ctx: Ctx, token: string): Promise<Actor> {
  const actor = await actorOfKey(ctx, token);
  if (!actor) throw invalidToken();
  return actor;
}

/**
 * Calls that need no credential. What stands in the header must not be in their way: an expired token when a new one
 * is asked for, or the name an OAuth client gives itself (RFC 6749 section 2.3.1). Held equal to the document by a test.
 */
export const openPaths: Readonly<Record<string, 'ignored' | 'optional'>> = {
  '/v1/auth/register': 'ignored',
  '/v1/auth/verify-email': 'ignored',
  '/v1/auth/verify-email/resend': 'ignored',
  '/v1/auth/token': 'ignored',
  '/v1/auth/password/forgot': 'ignored',
  '/v1/auth/password/reset': 'ignored',
  '/v1/mail/events': 'ignored',
  '/v1/auth/logout': 'optional',
};

/** A write that was refused before a commit looked at the session: who is signed out learns that and nothing else. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 401 && status !== 429;

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Turns the Authorization header into the request's actor. Whether the session still lives costs no trip of its own:
 * a read runs beside the check and its answer is withheld until it passes; a write carries the check as a guard
 * inside its own transaction.
 */
export const authenticate = createMiddleware<HttpEnv>(async (c, next) => {
  const { ctx } = c.var;
  const use = openPaths[c.req.path];
  if (use === 'ignored') return await next();
  const actor = await actorFrom(ctx, c.req.header('Authorization')).catch((error) => {
    if (use === 'optional') return anonymous;
    throw error;
  });
  // A key has been looked up already: its rider is not known before.
  if (actor.type === 'api_key') {
    c.set('ctx', { ...ctx, actor, actorGuard: keyLive(actor, ctx.now()) });
    return await next();
  }
  if (actor.type !== 'user') return await next();

  if (!safeMethods.includes(c.req.method)) {
    c.set('ctx', { ...ctx, actor, actorGuard: sessionLive(actor, ctx.now()) });
    await next();
    if (isRefusal(c.res.status) && !(await isSessionLive(ctx.db, actor, ctx.now()))) throw invalidToken();
    return;
  }

  c.set('ctx', { ...ctx, actor });
  const live = isSessionLive(ctx.db, actor, ctx.now());
  // A failure is thrown below; until then it must not count as unhandled.
  live.catch(() => undefined);
  await next();
  if (!(await live)) throw invalidToken();
});
