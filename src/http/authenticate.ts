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

/** RFC 6750 section 2.1: one scheme and one token. */
function bearerToken(header: string): string {
  const token = header.length <= maxHeaderLength ? /^Bearer ([\w.~+/-]+=*)$/i.exec(header)?.[1] : undefined;
  if (!token) throw invalidToken();
  return token;
}

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const isWrite = (c: Context<HttpEnv>): boolean => !safeMethods.includes(c.req.method);

const anonymous: Actor = { type: 'anonymous' };

/** Browsers send this header only when a script asks them to, never when somebody opens an address. */
export const sendsToken = ({ req }: Context): boolean => req.header('Authorization') !== undefined;

/** The header takes precedence over the cookie. A cookie contains the access token of a session, never an API key. */
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

/** A write that failed before its commit has not checked the session. A revoked session must get a 401. */
const needsSessionCheck = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 401 && status !== 429;

/**
 * Sets the request's actor from the credential that the route declares. The check of the session needs no round trip of
 * its own. A read sends it with its first statement and withholds the response until it passes. A write uses a guard.
 */
export const authenticate = (credential: Credential) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    if (credential.kinds.length === 0) return await next();
    const presented = await actorFrom(c).catch((error) => {
      if (credential.isOptional && error instanceof AppError && error.status === 401) return anonymous;
      throw error;
    });
    const isKeyIgnored = credential.isOptional && !credential.kinds.includes('key');
    const actor = isKeyIgnored && presented.type === 'api_key' ? anonymous : presented;
    c.set('scopes', credential.scopes);
    c.set('ctx', { ...c.var.ctx, actor, actorGuards: guardsOf(c.var, actor) });
    if (actor.type !== 'user') return await next();

    if (isWrite(c)) {
      await next();
      if (needsSessionCheck(c.res.status)) await release(c, confirmCaller(c));
      return;
    }
    const confirm = confirmCaller(c);
    await next();
    // A request over the rate limit must not reach the database.
    if (c.res.status !== 429) await release(c, confirm);
  });

/** Queues the check of session and role with the call's next statement. The returned function throws if it fails. */
export function confirmCaller({ var: { ctx, database, services, scopes } }: Context<HttpEnv>): () => Promise<void> {
  const { actor } = ctx;
  // The lookup of a key has already checked it.
  if (actor.type !== 'user') return async () => undefined;
  const readRole = database.queueRead((db) => services.credentials.findLiveRole(db, actor, ctx.now()));
  return async () => requireCurrentRole(await readRole(), scopes);
}

function requireCurrentRole(role: Role | undefined, needed: readonly Scope[] = []): void {
  if (!role) throw invalidToken();
  if (!roleHasAll(role, needed)) throw scopeMissing();
}

/** Keeps the response if the check passes. Otherwise discards it with its headers, and throws. */
async function release(c: Context<HttpEnv>, confirm: () => Promise<void>): Promise<void> {
  try {
    await confirm();
  } catch (error) {
    // Hono copies the headers of a replaced response into the next one.
    c.res = undefined;
    c.res = new Response();
    throw error;
  }
}

/**
 * The token contains the role of the time when it was issued. If that role lacks a scope, the current role counts, so
 * that a new role applies from the next request on.
 */
async function withCurrentRole({ ctx, services }: HttpEnv['Variables'], needed: readonly Scope[]): Promise<Ctx> {
  const { actor } = ctx;
  if (actor.type !== 'user' || needed.every((scope) => actor.scopes.includes(scope))) return ctx;
  const role = await services.credentials.findLiveRole(ctx.db, actor, ctx.now());
  if (!role || role === actor.role) return ctx;
  return { ...ctx, actor: { ...actor, role, scopes: scopesOf[role] } };
}

/**
 * Rejects a caller without the scopes before the request is parsed. The database decides what a role allows, not the
 * token: in the same round trip as a read, and inside the commit of a write.
 */
export const permit = ({ kinds, scopes: needed }: Credential) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const ctx = await withCurrentRole(c.var, needed);
    for (const scope of needed) requireScope(ctx, scope);
    if (ctx.actor.type === 'api_key' && !kinds.includes('key')) throw scopeMissing();
    const { requireRole } = c.var.services.credentials;
    const role = isWrite(c) && 'userId' in ctx.actor ? requireRole(ctx.actor.userId, needed) : undefined;
    c.set('ctx', { ...ctx, actorGuards: { ...ctx.actorGuards, ...(role && { role }) } });
    await next();
  });
