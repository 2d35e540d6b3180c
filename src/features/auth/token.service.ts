import { type Ctx, type Scope, scopes } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { accessTokenTtlSeconds, signAccessToken } from '../../lib/access-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { verifyPassword } from '../../lib/password-hash.ts';
import { makeRefreshToken, readRefreshToken } from '../../lib/refresh-token.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { refreshReuseLetter } from '../mail/letters.rules.ts';
import { deliverMails, queueMail } from '../mail/mail.service.ts';
import {
  absoluteDays,
  daysAfter,
  insertSession,
  revokeSession,
  updateForRefresh,
} from '../sessions/session.repository.ts';
import { invalidGrant, invalidRequest, unsupportedGrantType } from './auth.errors.ts';
import { isTooLongPassword } from './password.rules.ts';
import { findCandidates } from './token.repository.ts';

export type Tokens = { accessToken: string; refreshToken: string; expiresInSeconds: number; scope: string };

/** Documented for clients: the only cause a login names, and only to who knows the password. */
const unverified = 'The address is not verified yet: follow the link in the mail.';

async function issue(
  ctx: Ctx,
  session: { userId: string; id: string; counter: number },
  granted: readonly Scope[],
): Promise<Tokens> {
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
  const { user, pending } = await findCandidates(ctx.db, {
    email: normaliseEmail(input.username),
    username: input.username,
  });
  const isRight = verifyPassword(input.password, user ? (user.passwordHash ?? undefined) : pending?.passwordHash);

  if (!isRight || !user || user.disabledAt) {
    await commit(ctx, { statements: [auditEntry(ctx, 'auth.login_failed', { subjectId: user?.id })] });
    throw isRight && !user ? invalidGrant({ message: unverified }) : invalidGrant();
  }

  const now = ctx.now();
  const session = {
    id: ctx.newId(),
    userId: user.id,
    counter: 0,
    userAgent: ctx.request.userAgent,
    createdAt: now,
    authenticatedAt: now,
    rotatedAt: now,
    lastUsedAt: now,
    expiresAt: daysAfter(now, absoluteDays),
  };
  await commit(ctx, {
    statements: [
      insertSession(ctx.db, session),
      auditEntry(ctx, 'auth.login', { actorId: user.id, subjectId: session.id }),
    ],
  });
  return issue(ctx, session, scopes);
}

/** Rotates, answers the same child again, or ends the session: see `updateForRefresh`. */
async function refresh(ctx: Ctx, token: string): Promise<Tokens> {
  const presented = readRefreshToken(ctx.config.keys.refresh, token);
  if (!presented) throw invalidGrant();

  const now = ctx.now();
  const [[session]] = await commit(ctx, { statements: [updateForRefresh(ctx.db, presented, now)] });
  if (session?.revokedBecause === 'reuse' && session.revokedAt?.getTime() === now.getTime()) {
    await tellOfReuse(ctx, { ...session, id: presented.sessionId });
  }
  const isAccepted =
    session &&
    !session.revokedAt &&
    !session.disabledAt &&
    session.counter === presented.counter + 1 &&
    session.lastUsedAt.getTime() === now.getTime();
  if (!isAccepted) throw invalidGrant();
  return issue(ctx, { userId: session.userId, id: presented.sessionId, counter: session.counter }, scopes);
}

async function tellOfReuse(ctx: Ctx, session: { id: string; userId: string; email: string }): Promise<void> {
  const mail = await queueMail(ctx, session.email, refreshReuseLetter());
  await commit(ctx, {
    statements: [
      mail.statement,
      auditEntry(ctx, 'auth.refresh_reuse', { actorId: session.userId, subjectId: session.id }),
    ],
  });
  deliverMails(ctx, [mail.id]);
}

/** Ends the session that the refresh token or the access token belongs to. Doing it again changes nothing. */
export async function signOut(ctx: Ctx, refreshToken: string | undefined): Promise<void> {
  const presented = refreshToken === undefined ? undefined : readRefreshToken(ctx.config.keys.refresh, refreshToken);
  const sessionId = presented?.sessionId ?? (ctx.actor.type === 'user' ? ctx.actor.sessionId : undefined);
  if (!sessionId) return;
  await commit(
    { ...ctx, actorGuard: undefined },
    {
      statements: [
        revokeSession(ctx.db, sessionId, ctx.now(), 'logout'),
        auditEntry(ctx, 'auth.logout', { subjectId: sessionId }),
      ],
    },
  );
}
