import type { Config } from './config.ts';
import type { Db } from './db/client.ts';
import type { ActorGuards, Unsent } from './db/commit.ts';
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

/** What each role may do at most: a guest reads, and looks after their own account. A credential may do less. */
export const scopesOf: Readonly<Record<Role, readonly Scope[]>> = {
  admin: scopes,
  user: scopes.filter((scope) => scope !== 'admin:manage'),
  guest: ['profile:read', 'journeys:read', 'discovery:read', 'account:manage'],
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

/** The clock and the ids, which only `worker.ts` and tests hand in. */
export type World = { now: () => Date; newId: () => string };

/** What a verb may touch of the world. Nothing below `worker.ts` reads the clock, makes ids or sends mail by itself. */
export type Ctx = World & {
  db: Db;
  actor: Actor;
  /** Run in every commit, so that no write outlives the credential or the role it came with. */
  actorGuards: ActorGuards;
  config: Config;
  /** Runs after the answer has gone out, with a database that may take its time; a failure is logged. */
  defer: (work: (ctx: Ctx) => Promise<void>) => void;
  log: Log;
  request: { id: string; network: string; userAgent: string; place: string | undefined };
};

/**
 * The context of a verb that creates. Where the request has an idempotency key, the verb hands the ids of what it creates
 * to `remember`, and the statement it gets to its commit, as `kept` (see `http/idempotency.ts`).
 */
export type Creating = Ctx & { remember?: (resourceIds: readonly string[]) => Unsent };

export const invalidToken = defineError(
  'unauthenticated',
  'auth.invalid_token',
  'The access token or API key is not valid. Log in again, or use another key.',
);
const authenticationRequired = defineError(
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

/** The rider's own session: what it takes to touch the account itself, or those of others, which no key can. */
export function requireSession(
  ctx: Ctx,
  scope: 'account:manage' | 'admin:manage' = 'account:manage',
): { userId: string; sessionId: string } {
  requireScope(ctx, scope);
  if (ctx.actor.type !== 'user') throw scopeMissing();
  return { userId: ctx.actor.userId, sessionId: ctx.actor.sessionId };
}
