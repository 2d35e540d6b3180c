import type { Actor, Ctx, Role, Scope } from '../context.ts';
import type { Db } from '../db/client.ts';
import type { Guard } from '../db/commit.ts';

export type SessionActor = Extract<Actor, { type: 'user' }>;
export type KeyActor = Extract<Actor, { type: 'api_key' }>;

type Kind = 'session' | 'key';

/** What a caller of a route may present, and the scopes that it has to carry. */
export type Credential = {
  kinds: readonly Kind[];
  scopes: readonly Scope[];
  /** Without a valid credential the caller is anonymous. */
  isOptional?: boolean;
};

/** An access token or an API key. */
export const sessionOrKey = (...scopes: Scope[]): Credential => ({ kinds: ['session', 'key'], scopes });

/** An access token; an API key may not do this, whatever its scopes. */
export const session = (...scopes: Scope[]): Credential => ({ kinds: ['session'], scopes });

export const optional = (credential: Credential): Credential => ({ ...credential, isOptional: true });

/**
 * The route needs no credential and looks at none. An expired token must not be in the way where a new one is asked for,
 * nor the name that an OAuth client gives itself (RFC 6749 section 2.3.1).
 */
export const ignored: Credential = { kinds: [], scopes: [] };

/** What the features that own sessions and API keys do for `authenticate.ts`. */
export type CredentialServices = {
  /** The actor of an API key that is in force. */
  findKeyActor: (ctx: Ctx, token: string) => Promise<KeyActor | undefined>;
  /** Holds while the key is in force. */
  requireLiveKey: (actor: KeyActor, now: Date) => Guard;
  /** Holds while the session lives and its rider is not disabled. */
  requireLiveSession: (actor: SessionActor, now: Date) => Guard;
  /** The role that the session's rider has now; `undefined` when the session is over. */
  findLiveRole: (db: Db, actor: SessionActor, now: Date) => Promise<Role | undefined>;
  /** Holds while the rider's role allows the scopes. */
  requireRole: (userId: string, scopes: readonly Scope[]) => Guard;
};

const schemeOf = { session: 'bearer', key: 'key' } as const satisfies Record<Kind, string>;

/** The credential in the document. */
export function securityOf({ kinds, scopes, isOptional }: Credential): Record<string, string[]>[] {
  const ways = kinds.map((kind) => ({ [schemeOf[kind]]: [...scopes] }));
  return isOptional ? [{}, ...ways] : ways;
}
