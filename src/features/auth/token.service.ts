import { type Ctx, scopesOf } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { accessTokenTtlSeconds, signAccessToken } from '../../lib/access-token.ts';
import { makeDeviceToken, readDeviceToken } from '../../lib/device-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { saltFor, verifyPasswords } from '../../lib/password-hash.ts';
import { makeRefreshToken, readRefreshToken } from '../../lib/refresh-token.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { lockedLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { renewSession, type Session, signOutSession, startSession } from '../sessions/session.service.ts';
import { endSession } from '../sessions/session.writes.ts';
import { attemptCount, attemptForgiven } from './attempt.service.ts';
import { invalidGrant, invalidRequest, unsupportedGrantType } from './auth.errors.ts';
import { type Counted, isLocked, isLocking } from './lockout.rules.ts';
import { isTooLongPassword } from './password.rules.ts';
import { selectNewest } from './registration.repository.ts';
import { passwordKept } from './rehash.service.ts';
import { selectLogin } from './token.repository.ts';

export type Tokens = {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  scope: string;
  /** Answered at a login with a password. */
  deviceToken?: string;
};

/** Documented for clients: the only cause a login names, and only to who has signed up with it, account or none. */
const unverified = 'The address is not verified yet: follow the link in the mail.';

/** The tokens of a session as it stands. */
export async function issueTokens(ctx: Ctx, session: Session): Promise<Tokens> {
  const { userId, id: sessionId, role } = session;
  const scope = scopesOf[role].join(' ');
  const claims = { userId, sessionId, tokenId: ctx.newId(), role, scope, now: ctx.now() };
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
  device_token?: string | undefined;
};

/** First-party only: RFC 6749 sections 4.3 and 6. A login ends the session that a browser had before. */
export async function grantTokens(ctx: Ctx, grant: Grant, endingToken?: string): Promise<Tokens> {
  const { grant_type, username, password, refresh_token, device_token: deviceToken } = grant;
  if (grant_type === 'password') {
    if (!username || !password) throw invalidRequest();
    const ending = endingToken ? readRefreshToken(ctx.config.keys.refresh, endingToken) : undefined;
    return await signIn(ctx, { username, password, deviceToken, endingId: ending?.sessionId });
  }
  if (grant_type !== 'refresh_token') throw unsupportedGrantType();
  if (!refresh_token) throw invalidRequest();
  return await refresh(ctx, refresh_token);
}

type Login = { username: string; password: string; deviceToken: string | undefined; endingId: string | undefined };

/** A password is worth the same work and the same answer whoever it is for, and whether or not there is anybody. */
async function signIn(ctx: Ctx, input: Login): Promise<Tokens> {
  if (isTooLongPassword(input.password)) throw invalidGrant();
  const login = { email: normaliseEmail(input.username), username: input.username };
  const [{ rows: counted }, [user], [pending]] = await ctx.db.batch([
    attemptCount(ctx, { login: input.username }, input.deviceToken),
    selectLogin(ctx.db, login),
    selectNewest(ctx.db, login.email ?? '', ctx.now()),
  ]);
  const hashes = [user?.passwordHash ?? undefined, pending?.passwordHash || undefined];
  const salt = user && saltFor(ctx.config.keys.salt, user.email);
  const { matches, made } = verifyPasswords(input.password, hashes, salt);
  const [isRight, isWaiting] = matches;

  if (!isRight || !user || user.disabledAt || isLocked(counted)) {
    await refuse(ctx, { user, counted, tried: input.username });
    throw isWaiting && !isRight && !isLocked(counted) ? invalidGrant({ message: unverified }) : invalidGrant();
  }

  const kept = passwordKept(ctx, user, made, invalidGrant);
  const session = await startSession(ctx, user, {
    isKnownDevice: readDeviceToken(ctx.config.keys.device, input.deviceToken)?.userId === user.id,
    guards: [kept.guard],
    beside: [...kept.statements, attemptForgiven(ctx, counted), ...endSession(ctx, input.endingId)],
  });
  const deviceToken = makeDeviceToken(ctx.config.keys.device, user.id);
  return { ...(await issueTokens(ctx, session)), deviceToken };
}

type Refused = { user: { id: string; email: string } | undefined; counted: readonly Counted[]; tried: string };

/** Writes the failure down; whose account is locked by it is told. The same statements for everybody. */
async function refuse(ctx: Ctx, { user, counted, tried }: Refused): Promise<void> {
  const isTold = user !== undefined && isLocking(counted, ctx.config.lockout);
  const mail = await queueMail(ctx, user?.email ?? tried, lockedLetter(), isTold);
  await commit(ctx, {
    statements: [...mail.statements, recordAudit(ctx, 'auth.login_failed', { subjectId: user?.id })],
  });
  if (isTold) deliverMails(ctx, [mail.id]);
}

async function refresh(ctx: Ctx, token: string): Promise<Tokens> {
  const presented = readRefreshToken(ctx.config.keys.refresh, token);
  const session = presented && (await renewSession(ctx, presented));
  if (!session) throw invalidGrant();
  return issueTokens(ctx, session);
}

/** Ends the session that the refresh token or the access token belongs to. */
export async function signOut(ctx: Ctx, refreshToken: string | undefined): Promise<void> {
  const presented = refreshToken === undefined ? undefined : readRefreshToken(ctx.config.keys.refresh, refreshToken);
  const sessionId = presented?.sessionId ?? (ctx.actor.type === 'user' ? ctx.actor.sessionId : undefined);
  if (sessionId) await signOutSession(ctx, sessionId);
}
