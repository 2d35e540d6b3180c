import { type Ctx, requireSession } from '../../context.ts';
import { commit, type Guard, query } from '../../db/commit.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { randomToken } from '../../lib/random-token.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider, requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { mailsPerAddress } from '../mail/mail-limits.rules.ts';
import { passwordChangedMail, resetMail } from '../mail/templates.rules.ts';
import { endSessionsForNewPassword, recordAuthentication, rotateRefreshToken } from '../sessions/session.writes.ts';
import { clearAccountAttempts } from './attempt.repository.ts';
import { clearFailures, recordAttempt } from './attempt.writes.ts';
import { invalidReset, passwordRefused, wrongPassword } from './auth.errors.ts';
import { isLocked } from './lockout.rules.ts';
import { requireReset, requireSamePassword } from './password.guards.ts';
import {
  deleteExpiredResets,
  deleteResets,
  findResetUser,
  hasEnabledAccount,
  selectCredentials,
  updatePasswordHash,
  upsertReset,
} from './password.repository.ts';
import { isTooLongPassword, passwordFault, resetTtlMs } from './password.rules.ts';
import { replaceBcryptHash } from './rehash.writes.ts';
import { issueTokens, type Tokens } from './token.service.ts';

/** Mails a link where the address has an account. The response does not reveal whether it has. */
export async function forgotPassword(ctx: Ctx, email: string): Promise<void> {
  await mailReset(ctx, email, { guards: [], audit: recordAudit(ctx, 'auth.password_forgot') });
}

/** An admin starts the reset, and only the rider can finish it: the link goes to the rider's address. */
export async function startReset(ctx: Ctx, userId: string): Promise<void> {
  const guards = [requireAdmin(ctx), requireAccount(userId)];
  const {
    user: [user],
  } = await query(ctx, { guards, reads: { user: selectCredentials(ctx.db, userId) } });
  if (!user) throw userNotFound();
  const audit = recordAudit(ctx, 'auth.password_reset_started', { subjectId: userId });
  await mailReset(ctx, user.email, { guards, audit });
}

async function mailReset(
  ctx: Ctx,
  email: string,
  { guards, audit }: { guards: readonly Guard[]; audit: ReturnType<typeof recordAudit> },
): Promise<void> {
  const token = randomToken();
  const mail = await queueMail(ctx, email, resetMail(ctx.config.webUrl, token), hasEnabledAccount(email));
  const reset = {
    hash: sha256Bytes(token),
    expiresAt: new Date(ctx.now().getTime() + resetTtlMs),
    mailId: mail.id,
    mailsPerDay: mailsPerAddress.day,
    now: ctx.now(),
  };
  await commit(ctx, { guards, writes: { mail: mail.statements, reset: upsertReset(ctx.db, email, reset), audit } });
  deliverMails(ctx, [mail.id]);
}

async function requireGoodPassword(
  password: string,
  user: { email: string; username: string | null },
  field: string,
): Promise<void> {
  const fault = await passwordFault(password, { email: user.email, username: user.username ?? undefined });
  if (fault) throw passwordRefused({ errors: [{ path: field, message: fault }] });
}

async function hashFor(ctx: Ctx, email: string, password: string): Promise<string> {
  const { hashPassword, saltFor } = await import('../../lib/password-hash.ts');
  return hashPassword(password, saltFor(ctx.config.keys.salt, email));
}

/** Sets a new password with the mailed token. All sessions end, the account is unlocked, and the rider gets a mail. */
export async function resetPassword(ctx: Ctx, { token, password }: { token: string; password: string }): Promise<void> {
  const tokenHash = sha256Bytes(token);
  const user = await findResetUser(ctx.db, tokenHash, ctx.now());
  if (!user) throw invalidReset();
  await requireGoodPassword(password, user, 'password');

  const mail = await queueMail(ctx, user.email, passwordChangedMail());
  await commit(ctx, {
    guards: [lockRider(user.id, 'update', invalidReset), requireReset(tokenHash, ctx.now())],
    writes: {
      password: updatePasswordHash(ctx.db, user.id, await hashFor(ctx, user.email, password), ctx.now()),
      resets: deleteResets(ctx.db, user.id),
      sessions: endSessionsForNewPassword(ctx, user.id, undefined),
      attempts: clearAccountAttempts(ctx.db, user.id),
      mail: mail.statements,
      audit: recordAudit(ctx, 'auth.password_reset', { actorId: user.id, subjectId: user.id }),
    },
  });
  deliverMails(ctx, [mail.id]);
}

/** Checks the signed-in rider's password. The attempt is counted like every other one. */
async function provePassword(ctx: Ctx, password: string) {
  const { userId, sessionId } = requireSession(ctx);
  const {
    attempt: { rows: counts },
    credentials: [credentials],
  } = await commit(ctx, {
    writes: {
      attempt: recordAttempt(ctx, { userId, sessionId }),
      credentials: selectCredentials(ctx.db, userId),
    },
  });
  const { saltFor, verifyPasswords } = await import('../../lib/password-hash.ts');
  const salt = credentials && saltFor(ctx.config.keys.salt, credentials.email);
  const verified = isTooLongPassword(password)
    ? undefined
    : verifyPasswords(password, [credentials?.passwordHash ?? undefined], salt);
  if (!credentials || !verified?.matches[0] || isLocked(counts)) {
    await commit(ctx, {
      writes: { audit: recordAudit(ctx, 'auth.reauthentication_failed', { subjectId: userId }) },
    });
    throw wrongPassword();
  }
  return { user: { id: userId, ...credentials }, counts, newHash: verified.newHash };
}

type PasswordChange = { currentPassword: string; newPassword: string };

/** Every other session ends; this one continues with new tokens. */
export async function changePassword(ctx: Ctx, { currentPassword, newPassword }: PasswordChange): Promise<Tokens> {
  const { userId, sessionId } = requireSession(ctx);
  const { user, counts, newHash } = await provePassword(ctx, currentPassword);
  await requireGoodPassword(newPassword, user, 'new_password');

  const mail = await queueMail(ctx, user.email, passwordChangedMail());
  const {
    session: [session],
  } = await commit(ctx, {
    guards: requireSamePassword(user, newHash, wrongPassword),
    writes: {
      session: rotateRefreshToken(ctx, sessionId),
      password: updatePasswordHash(ctx.db, userId, await hashFor(ctx, user.email, newPassword), ctx.now()),
      resets: deleteResets(ctx.db, userId),
      otherSessions: endSessionsForNewPassword(ctx, userId, sessionId),
      attempt: clearFailures(ctx, counts),
      mail: mail.statements,
      audit: recordAudit(ctx, 'auth.password_changed', { subjectId: userId }),
    },
  });
  deliverMails(ctx, [mail.id]);
  if (!session) throw wrongPassword();
  return await issueTokens(ctx, { userId, id: sessionId, role: user.role, counter: session.counter });
}

/** Allows sensitive calls for the next ten minutes. */
export async function reauthenticate(ctx: Ctx, password: string): Promise<Date> {
  const { sessionId } = requireSession(ctx);
  const { user, counts, newHash } = await provePassword(ctx, password);
  await commit(ctx, {
    guards: requireSamePassword(user, newHash, wrongPassword),
    writes: {
      hash: replaceBcryptHash(ctx, user, newHash),
      session: recordAuthentication(ctx, sessionId),
      attempt: clearFailures(ctx, counts),
      audit: recordAudit(ctx, 'auth.reauthenticated', { subjectId: sessionId }),
    },
  });
  return ctx.now();
}

export async function purgeResets(ctx: Ctx): Promise<number> {
  return (await deleteExpiredResets(ctx.db, ctx.now())).rowCount;
}
