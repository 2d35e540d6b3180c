import { type Ctx, scopesOf } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { accessTokenTtlSeconds, signAccessToken } from '../../lib/access-token.ts';
import { makeDeviceToken, readDeviceToken } from '../../lib/device-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { makeRefreshToken, readRefreshToken } from '../../lib/refresh-token.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { accountLockedMail } from '../mail/templates.rules.ts';
import { renewSession, type Session, signOutSession, startSession } from '../sessions/session.service.ts';
import { endSession } from '../sessions/session.writes.ts';
import { clearFailures, recordAttempt } from './attempt.writes.ts';
import { invalidGrant, invalidRequest, unsupportedGrantType } from './auth.errors.ts';
import { type AttemptCount, isLocked, isLocking } from './lockout.rules.ts';
import { requireSamePassword } from './password.guards.ts';
import { isTooLongPassword } from './password.rules.ts';
import { selectNewestRegistration } from './registration.repository.ts';
import { replaceBcryptHash } from './rehash.writes.ts';
import { selectLogin } from './token.repository.ts';

export type Tokens = {
  accessToken: string;
  refreshToken: string;
  expiresInSeconds: number;
  scope: string;
  /** Only after a login, not after a refresh. */
  deviceToken?: string;
};

/**
 * The only reason that a failed login gives. It is for the right password of a pending registration, whether or not the
 * address has an account.
 */
const unverified = 'The address is not verified yet. Open the link in the mail.';

/** Makes the tokens of a session. */
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

/** For our own apps: RFC 6749 sections 4.3 and 6. A login ends the earlier session of the browser. */
export async function grantTokens(ctx: Ctx, grant: Grant, earlierRefreshToken?: string): Promise<Tokens> {
  const { grant_type, username, password, refresh_token, device_token: deviceToken } = grant;
  if (grant_type === 'password') {
    if (!username || !password) throw invalidRequest();
    const earlier = earlierRefreshToken ? readRefreshToken(ctx.config.keys.refresh, earlierRefreshToken) : undefined;
    return await signIn(ctx, { username, password, deviceToken, earlierSessionId: earlier?.sessionId });
  }
  if (grant_type !== 'refresh_token') throw unsupportedGrantType();
  if (!refresh_token) throw invalidRequest();
  return await refresh(ctx, refresh_token);
}

type Login = {
  username: string;
  password: string;
  deviceToken: string | undefined;
  earlierSessionId: string | undefined;
};

/** The work and the response are the same whether or not the account exists. */
async function signIn(ctx: Ctx, input: Login): Promise<Tokens> {
  if (isTooLongPassword(input.password)) throw invalidGrant();
  const login = { email: normaliseEmail(input.username), username: input.username };
  const {
    attempt: { rows: counts },
    user: [user],
    registration: [registration],
  } = await commit(ctx, {
    writes: {
      attempt: recordAttempt(ctx, { login: input.username }, input.deviceToken),
      user: selectLogin(ctx.db, login),
      registration: selectNewestRegistration(ctx.db, login.email ?? '', ctx.now()),
    },
  });
  const { saltFor, verifyPasswords } = await import('../../lib/password-hash.ts');
  const hashes = [user?.passwordHash ?? undefined, registration?.passwordHash || undefined];
  const salt = user && saltFor(ctx.config.keys.salt, user.email);
  const { matches, newHash } = verifyPasswords(input.password, hashes, salt);
  const [isRight, isUnverified] = matches;

  if (!isRight || !user || user.disabledAt || isLocked(counts)) {
    await recordFailure(ctx, { user, counts, login: input.username });
    throw isUnverified && !isRight && !isLocked(counts) ? invalidGrant({ message: unverified }) : invalidGrant();
  }

  const session = await startSession(ctx, user, {
    isKnownDevice: readDeviceToken(ctx.config.keys.device, input.deviceToken)?.userId === user.id,
    guards: requireSamePassword(user, newHash, invalidGrant),
    otherWrites: [
      ...replaceBcryptHash(ctx, user, newHash),
      clearFailures(ctx, counts),
      ...endSession(ctx, input.earlierSessionId),
    ],
  });
  const deviceToken = makeDeviceToken(ctx.config.keys.device, user.id);
  return { ...(await issueTokens(ctx, session)), deviceToken };
}

type Failure = { user: { id: string; email: string } | undefined; counts: readonly AttemptCount[]; login: string };

/** Records a failed login, and mails the rider whose account it locks. The statements are the same for every login. */
async function recordFailure(ctx: Ctx, { user, counts, login }: Failure): Promise<void> {
  const locksAccount = user !== undefined && isLocking(counts, ctx.config.lockout);
  const mail = await queueMail(ctx, user?.email ?? login, accountLockedMail(), locksAccount);
  await commit(ctx, {
    writes: { mail: mail.statements, audit: recordAudit(ctx, 'auth.login_failed', { subjectId: user?.id }) },
  });
  if (locksAccount) deliverMails(ctx, [mail.id]);
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
