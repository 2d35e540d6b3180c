import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import {
  type Actor,
  type Ctx,
  invalidToken,
  type Role,
  requireScope,
  roleHasAll,
  type Scope,
  scopeMissing,
  scopes,
  scopesOf,
} from '../context.ts';
import type { ActorGuards } from '../db/commit.ts';
import { AppError } from '../errors.ts';
import { readAccessToken } from '../lib/access-token.ts';
import type { Credential, SessionActor } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import { readTokenCookie, requireOwnPage } from './token-cookies.ts';

const maxHeaderLength = 8 * 1024;

/** RFC 6750 section 2.1: one scheme, one token, nothing else. */
function bearerToken(header: string): string {
  const token = header.length <= maxHeaderLength ? /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1] : undefined;
  if (!token) throw invalidToken();
  return token;
}

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const isWrite = (c: Context<HttpEnv>): boolean => !safeMethods.includes(c.req.method);

const anonymous: Actor = { type: 'anonymous' };

/** What stands in the header counts, and then no cookie does; a cookie holds a session's token and no key. */
async function actorFrom(c: Context<HttpEnv>): Promise<Actor> {
  const { ctx } = c.var;
  const header = c.req.header('Authorization');
  if (header !== undefined) {
    const token = bearerToken(header);
    return token.startsWith('kai_') ? await keyActor(c, token) : await sessionActor(ctx, token);
  }
  const cookie = readTokenCookie(c, 'access');
  if (cookie === undefined) return anonymous;
  if (isWrite(c)) requireOwnPage(c);
  c.set('transport', 'cookie');
  return await sessionActor(ctx, cookie);
}

async function sessionActor(ctx: Ctx, token: string): Promise<SessionActor> {
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

async function keyActor({ var: { ctx, services } }: Context<HttpEnv>, token: string): Promise<Actor> {
  const actor = await services.credentials.findKeyActor(ctx, token);
  if (!actor) throw invalidToken();
  return actor;
}

function guardsOf({ ctx, services }: HttpEnv['Variables'], actor: Actor): ActorGuards {
  if (actor.type === 'user') return { live: services.credentials.requireLiveSession(actor, ctx.now()) };
  return actor.type === 'api_key' ? { live: services.credentials.requireLiveKey(actor, ctx.now()) } : {};
}

/** A write that failed before its commit has not checked the session. A revoked session gets 401 and nothing else. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 401 && status !== 429;

/**
 * Turns the credential that a route declares into the request's actor. Whether the session still lives costs no trip of
 * its own: a read's first statement takes the check along, and its answer is withheld until it passes; a write carries
 * the check as a guard inside its own transaction.
 */
export const authenticate = (credential: Credential) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    if (credential.kinds.length === 0) return await next();
    const actor = await actorFrom(c).catch((error) => {
      if (credential.isOptional && error instanceof AppError && error.status === 401) return anonymous;
      throw error;
    });
    c.set('scopes', credential.scopes);
    c.set('ctx', { ...c.var.ctx, actor, actorGuards: guardsOf(c.var, actor) });
    if (actor.type !== 'user') return await next();

    const headers = new Headers(c.res.headers);
    if (isWrite(c)) {
      await next();
      if (isRefusal(c.res.status)) await release(c, confirmCaller(c), headers);
      return;
    }
    const confirmed = confirmCaller(c);
    await next();
    // Nothing was read for it, and nothing shall be.
    if (c.res.status !== 429) await release(c, confirmed, headers);
  });

/** Asks beside the call's next statement whether the session still lives and its role allows the route's scopes. */
export function confirmCaller({ var: { ctx, database, services, scopes } }: Context<HttpEnv>): () => Promise<void> {
  const { actor } = ctx;
  // A key has been looked up already: its rider is not known before.
  if (actor.type !== 'user') return async () => undefined;
  const role = database.beside((db) => services.credentials.findLiveRole(db, actor, ctx.now()));
  return async () => requirePresentRole(await role(), scopes);
}

function requirePresentRole(role: Role | undefined, needed: readonly Scope[] = []): void {
  if (!role) throw invalidToken();
  if (!roleHasAll(role, needed)) throw scopeMissing();
}

/** Lets an answer go once its caller is confirmed; else nothing of it but the headers that were there before. */
async function release(c: Context<HttpEnv>, confirmed: () => Promise<void>, headers: Headers): Promise<void> {
  try {
    await confirmed();
  } catch (error) {
    // Hono puts the headers of an answer that is replaced into the next one.
    c.res = undefined;
    c.res = new Response(null, { headers });
    throw error;
  }
}

/** A rider who was given a role since the token was made has what it brings with the next request. */
async function withPresentRole({ ctx, services }: HttpEnv['Variables'], needed: readonly Scope[]): Promise<Ctx> {
  const { actor } = ctx;
  if (actor.type !== 'user' || needed.every((scope) => actor.scopes.includes(scope))) return ctx;
  const role = await services.credentials.findLiveRole(ctx.db, actor, ctx.now());
  if (!role || role === actor.role) return ctx;
  return { ...ctx, actor: { ...actor, role, scopes: scopesOf[role] } };
}

/**
 * Who may not call is told so before anything of the request is looked at. What a role allows is for the database to
 * say, not for the token: beside a read, and inside a write.
 */
export const permit = ({ kinds, scopes: needed }: Credential) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const ctx = await withPresentRole(c.var, needed);
    for (const scope of needed) requireScope(ctx, scope);
    if (ctx.actor.type === 'api_key' && !kinds.includes('key')) throw scopeMissing();
    const { requireRole } = c.var.services.credentials;
    const role = isWrite(c) && 'userId' in ctx.actor ? requireRole(ctx.actor.userId, needed) : undefined;
    c.set('ctx', { ...ctx, actorGuards: { ...ctx.actorGuards, ...(role && { role }) } });
    await next();
  });
