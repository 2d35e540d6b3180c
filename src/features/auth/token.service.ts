import { type Ctx, type Scope, scopes } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { accessTokenTtlSeconds, signAccessToken } from '../../lib/access-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { verifyPassword } from '../../lib/password-hash.ts';
import { makeRefreshToken, readRefreshToken } from '../../lib/refresh-token.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { endSession, renewSession, type Session, startSession } from '../sessions/session.service.ts';
import { invalidGrant, invalidRequest, unsupportedGrantType } from './auth.errors.ts';
import { isTooLongPassword } from './password.rules.ts';
import { findCandidates } from './token.repository.ts';

export type Tokens = { accessToken: string; refreshToken: string; expiresInSeconds: number; scope: string };

/** Documented for clients: the only cause a login names, and only to who knows the password. */
const unverified = 'The address is not verified yet: follow the link in the mail.';

async function issue(ctx: Ctx, session: Session, granted: readonly Scope[]): Promise<Tokens> {
  const scope = granted.join(' ');
  const claims = { userId: session.userId, sessionId: session.id, tokenId: ctx.newId(), scope, now: ctx.now() };
  return {
    accessToken: await signAccessToken(ctx.config, claims),
    refreshToken: makeRefreshToken(ctx.config.keys.refresh, session.id, session.counter),
    expiresInSeconds: accessTokenTtlSeconds,
    scope,
  };
}

type Grant = {
  grant_type: string;
  username?: string | undefined;
  password?: string | undefined;
  refresh_token?: string | undefined;
};

/** First-party only: RFC 6749 sections 4.3 and 6. */
export async function grantTokens(ctx: Ctx, { grant_type, username, password, refresh_token }: Grant): Promise<Tokens> {
  if (grant_type === 'password') {
    if (!username || !password) throw invalidRequest();
    return await signIn(ctx, { username, password });
  }
  if (grant_type !== 'refresh_token') throw unsupportedGrantType();
  if (!refresh_token) throw invalidRequest();
  return await refresh(ctx, refresh_token);
}

/** A password is worth the same work and the same answer whoever it is for, and whether or not there is anybody. */
async function signIn(ctx: Ctx, input: { username: string; password: string }): Promise<Tokens> {
  if (isTooLongPassword(input.password)) throw invalidGrant();
  const login = { email: normaliseEmail(input.username), username: input.username };
  const { user, pending } = await findCandidates(ctx.db, login, ctx.now());
  const isRight = verifyPassword(input.password, user ? (user.passwordHash ?? undefined) : pending?.passwordHash);

  if (!isRight || !user || user.disabledAt) {
    await commit(ctx, { statements: [auditEntry(ctx, 'auth.login_failed', { subjectId: user?.id })] });
    throw isRight && !user ? invalidGrant({ message: unverified }) : invalidGrant();
  }

  return issue(ctx, await startSession(ctx, user.id), scopes);
}

async function refresh(ctx: Ctx, token: string): Promise<Tokens> {
  const presented = readRefreshToken(ctx.config.keys.refresh, token);
  const session = presented && (await renewSession(ctx, presented));
  if (!session) throw invalidGrant();
  return issue(ctx, session, scopes);
}

/** Ends the session that the refresh token or the access token belongs to. */
export async function signOut(ctx: Ctx, refreshToken: string | undefined): Promise<void> {
  const presented = refreshToken === undefined ? undefined : readRefreshToken(ctx.config.keys.refresh, refreshToken);
  const sessionId = presented?.sessionId ?? (ctx.actor.type === 'user' ? ctx.actor.sessionId : undefined);
  if (sessionId) await endSession(ctx, sessionId);
}
