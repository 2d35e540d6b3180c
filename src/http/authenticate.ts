import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import {
  type Actor,
  type Ctx,
  type Role,
  requireScope,
  roleHasAll,
  type Scope,
  scopeMissing,
  scopes,
  scopesOf,
} from '../context.ts';
import { AppError } from '../errors.ts';
import { invalidToken } from '../features/access/access.errors.ts';
import { requireLiveSession, requireRole } from '../features/access/access.guards.ts';
import { findLiveRole } from '../features/access/access.service.ts';
import { requireLiveKey } from '../features/api-keys/api-key.guards.ts';
import { authenticateKey } from '../features/api-keys/api-key.service.ts';
import { readAccessToken } from '../lib/access-token.ts';
import type { HttpEnv } from './router.ts';
import { readTokenCookie, requireOwnPage } from './token-cookies.ts';

const maxHeaderLength = 8 * 1024;

/** RFC 6750 section 2.1: one scheme, one token, nothing else. */
function bearerToken(header: string): string {
  const token = header.length <= maxHeaderLength ? /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1] : undefined;
  if (!token) throw invalidToken();
  return token;
}

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

const anonymous: Actor = { type: 'anonymous' };

/** What stands in the header counts, and then no cookie does; a cookie holds a session's token and no key. */
async function actorFrom(c: Context<HttpEnv>): Promise<Actor> {
  const { ctx } = c.var;
  const header = c.req.header('Authorization');
  if (header !== undefined) {
    const token = bearerToken(header);
    return token.startsWith('kai_') ? await keyActor(ctx, token) : await sessionActor(ctx, token);
  }
  const cookie = readTokenCookie(c, 'access');
  if (cookie === undefined) return anonymous;
  if (!safeMethods.includes(c.req.method)) requireOwnPage(c);
  c.set('transport', 'cookie');
  return await sessionActor(ctx, cookie);
}

async function sessionActor(ctx: Ctx, token: string): Promise<Actor> {
  const claims = await readAccessToken(token, ctx.config, ctx.now());
  if (!claims) throw invalidToken();
  const granted = claims.scope.split(' ');
  return {
    type: 'user',
    userId: claims.sub,
    sessionId: claims.sid,
    role: claims.role,
    scopes: scopes.filter((scope) => granted.includes(scope)),
  };
}

async function keyActor(ctx: Ctx, token: string): Promise<Actor> {
  const actor = await authenticateKey(ctx, token);
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
  '/v1/auth/oauth/providers': 'ignored',
  '/v1/auth/oauth/{provider}/authorize': 'ignored',
  '/v1/auth/oauth/{provider}/callback': 'ignored',
  '/v1/auth/oauth/exchange': 'ignored',
  '/v1/mail/events': 'ignored',
  '/v1/mail/unsubscribe': 'ignored',
  '/v1/auth/logout': 'optional',
};

const templateOf = (path: string): string =>
  path.replace(/^(\/v1\/auth\/oauth)\/[^/]+\/(authorize|callback)$/, '$1/{provider}/$2');

/** A write that was refused before a commit looked at the session: who is signed out learns that and nothing else. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 401 && status !== 429;

/**
 * Turns the Authorization header into the request's actor. Whether the session still lives costs no trip of its own:
 * a read's first statement takes the check along, and its answer is withheld until it passes; a write carries the check
 * as a guard inside its own transaction.
 */
export const authenticate = createMiddleware<HttpEnv>(async (c, next) => {
  const { ctx } = c.var;
  const use = openPaths[templateOf(c.req.path)];
  if (use === 'ignored') return await next();
  const actor = await actorFrom(c).catch((error) => {
    if (use === 'optional' && error instanceof AppError && error.status === 401) return anonymous;
    throw error;
  });
  // A key has been looked up already: its rider is not known before.
  if (actor.type === 'api_key') {
    c.set('ctx', { ...ctx, actor, actorGuards: { live: requireLiveKey(actor, ctx.now()) } });
    return await next();
  }
  if (actor.type !== 'user') return await next();

  const headers = new Headers(c.res.headers);
  if (!safeMethods.includes(c.req.method)) {
    c.set('ctx', { ...ctx, actor, actorGuards: { live: requireLiveSession(actor, ctx.now()) } });
    await next();
    if (isRefusal(c.res.status)) await release(c, findLiveRole(ctx.db, actor, ctx.now()), headers);
    return;
  }

  // Some reads write down what they show.
  c.set('ctx', { ...ctx, actor, actorGuards: { live: requireLiveSession(actor, ctx.now()) } });
  const presentRole = c.var.database.beside((db) => findLiveRole(db, actor, ctx.now()));
  await next();
  // Nothing was read for it, and nothing shall be.
  if (c.res.status === 429) return;
  await release(c, presentRole(), headers);
});

/** Lets an answer go that waited for the word on its caller; else nothing of it but the headers that were there before. */
async function release(c: Context<HttpEnv>, role: Promise<Role | undefined>, headers: Headers): Promise<void> {
  try {
    checkRole(await role, c.var.needed);
  } catch (error) {
    // Hono puts the headers of an answer that is replaced into the next one.
    c.res = undefined;
    c.res = new Response(null, { headers });
    throw error;
  }
}

function checkRole(role: Role | undefined, needed: readonly Scope[] = []): void {
  if (!role) throw invalidToken();
  if (!roleHasAll(role, needed)) throw scopeMissing();
}

/** A rider who was given a role since the token was made has what it brings with the next request. */
async function withPresentRole(ctx: Ctx, needed: readonly Scope[]): Promise<Ctx> {
  const { actor } = ctx;
  if (actor.type !== 'user' || needed.every((scope) => actor.scopes.includes(scope))) return ctx;
  const role = await findLiveRole(ctx.db, actor, ctx.now());
  if (!role || role === actor.role) return ctx;
  return { ...ctx, actor: { ...actor, role, scopes: scopesOf[role] } };
}

/**
 * Who may not call is told so before anything of the request is looked at. What a role allows is for the database to
 * say, not for the token: beside a read, and inside a write.
 */
export const permit = (needed: readonly Scope[]) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const ctx = await withPresentRole(c.var.ctx, needed);
    for (const scope of needed) requireScope(ctx, scope);
    const isWrite = !safeMethods.includes(c.req.method);
    const role = isWrite && 'userId' in ctx.actor ? requireRole(ctx.actor.userId, needed) : undefined;
    c.set('needed', needed);
    c.set('ctx', { ...ctx, actorGuards: { ...ctx.actorGuards, ...(role && { role }) } });
    await next();
  });
