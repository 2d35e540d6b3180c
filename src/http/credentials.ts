import type { Actor, Ctx, Role, Scope } from '../context.ts';
import type { Db } from '../db/client.ts';
import type { Guard } from '../db/commit.ts';

export type SessionActor = Extract<Actor, { type: 'user' }>;
export type KeyActor = Extract<Actor, { type: 'api_key' }>;

type Kind = 'session' | 'key';

/** The kinds of credential that a route accepts, and the scopes that they need. */
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
 * The route does not read a credential. So an expired token or the id of an OAuth client (RFC 6749 section 2.3.1) does
 * not prevent a login.
 */
export const ignored: Credential = { kinds: [], scopes: [] };

/** The functions of the session and API key features that `authenticate.ts` calls. */
export type CredentialServices = {
  /** The actor of a valid API key. */
  findKeyActor: (ctx: Ctx, token: string) => Promise<KeyActor | undefined>;
  /** Holds while the key is valid. */
  requireLiveKey: (actor: KeyActor, now: Date) => Guard;
  /** Holds while the session is valid and its rider is not disabled. */
  requireLiveSession: (actor: SessionActor, now: Date) => Guard;
  /** The current role of the session's rider. `undefined` if the session has ended. */
  findLiveRole: (db: Db, actor: SessionActor, now: Date) => Promise<Role | undefined>;
  /** Holds while the rider's role allows the scopes. */
  requireRole: (userId: string, scopes: readonly Scope[]) => Guard;
};

const schemeOf = { session: 'bearer', key: 'key' } as const satisfies Record<Kind, string>;

/** The credential as the document declares it. Linters accept scopes only with OAuth, so a key lists none. */
export function securityOf({ kinds, scopes, isOptional }: Credential): Record<string, string[]>[] {
  const ways = kinds.map((kind) => ({ [schemeOf[kind]]: kind === 'key' ? [] : [...scopes] }));
  return isOptional ? [{}, ...ways] : ways;
}
