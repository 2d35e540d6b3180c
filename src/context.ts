import type { Config } from './config.ts';
import type { Db } from './db/client.ts';
import type { ActorGuards, UnsentStatement } from './db/commit.ts';
import { defineError } from './errors.ts';
import type { Log } from './log.ts';

export const scopes = [
  'profile:read',
  'profile:write',
  'journeys:read',
  'journeys:write',
  'discovery:read',
  'account:manage',
  'admin:manage',
] as const;
export type Scope = (typeof scopes)[number];

export type Role = 'admin' | 'user' | 'guest';

/**
 * The most that each role may do. A guest reads, manages their own account, and takes no part in discovery. A
 * credential may allow less.
 */
export const scopesOf: Readonly<Record<Role, readonly Scope[]>> = {
  admin: scopes,
  user: scopes.filter((scope) => scope !== 'admin:manage'),
  guest: ['profile:read', 'journeys:read', 'account:manage'],
};

/** Whether a role allows all these scopes. */
export const roleHasAll = (role: Role, needed: readonly Scope[]): boolean =>
  needed.every((scope) => scopesOf[role].includes(scope));

export const roles = ['admin', 'user', 'guest'] as const satisfies readonly Role[];

export type Actor =
  | { type: 'anonymous' }
  | { type: 'user'; userId: string; sessionId: string; role: Role; scopes: readonly Scope[] }
  | { type: 'api_key'; userId: string; keyId: string; scopes: readonly Scope[] }
  | { type: 'system'; job: string };

/** The clock and the source of ids. Only `worker.ts` and tests provide them. */
export type World = { now: () => Date; newId: () => string };

/**
 * Everything outside the program that a service may use. No file below `worker.ts` reads the clock or makes ids itself.
 */
export type Ctx = World & {
  db: Db;
  actor: Actor;
  /** Every commit runs them, so that no write happens after the credential or the role has ended. */
  actorGuards: ActorGuards;
  config: Config;
  /**
   * Starts the work now; the response does not wait for it. Its context has the long deadline of the database, and
   * neither the caller nor the caller's guards. A failure is logged.
   */
  defer: (work: (ctx: Ctx) => Promise<void>) => void;
  log: Log;
  request: { id: string; network: string; userAgent: string; place: string | undefined };
};

/**
 * The context of a service that creates something. Where the request has an idempotency key, `remember` takes the ids
 * of the new rows and answers the statement that the service passes to its commit as `idempotency` (see
 * `http/idempotency.ts`).
 */
export type CreateCtx = Ctx & { remember?: (resourceIds: readonly string[]) => UnsentStatement };

export const invalidToken = defineError(
  'unauthenticated',
  'auth.invalid_token',
  'The access token or API key is not valid. Log in again, or use another key.',
);
export const authenticationRequired = defineError(
  'unauthenticated',
  'auth.authentication_required',
  'This call needs an access token or an API key. Log in first.',
);
export const scopeMissing = defineError(
  'forbidden',
  'auth.scope_missing',
  'This credential does not have the scope that the call needs.',
);

/** The rider an actor acts for, if any. */
export const riderOf = (actor: Actor): string | undefined => ('userId' in actor ? actor.userId : undefined);

/** The signed-in rider, when the credential carries the scope; otherwise throws 401 or 403. */
export function requireScope(ctx: Ctx, scope: Scope): { userId: string } {
  if (!('userId' in ctx.actor)) throw authenticationRequired();
  if (!ctx.actor.scopes.includes(scope)) throw scopeMissing();
  return { userId: ctx.actor.userId };
}

/** The rider's own session. An API key may change neither the account itself nor the accounts of others. */
export function requireSession(
  ctx: Ctx,
  scope: 'account:manage' | 'admin:manage' = 'account:manage',
): { userId: string; sessionId: string } {
  requireScope(ctx, scope);
  if (ctx.actor.type !== 'user') throw scopeMissing();
  return { userId: ctx.actor.userId, sessionId: ctx.actor.sessionId };
}
