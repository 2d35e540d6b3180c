import { type Ctx, requireSession } from '../../context.ts';
import { commit, type Guard } from '../../db/commit-in-order.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { hashPassword, saltFor, verifyPasswords } from '../../lib/password-hash.ts';
import { userNotFound } from '../access/access.errors.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { passwordChangedLetter, resetLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { endSessionsForNewPassword, recordAuthentication, rotateRefreshToken } from '../sessions/session.writes.ts';
import { clearAccountAttempts } from './attempt.repository.ts';
import { attemptCount, attemptForgiven } from './attempt.service.ts';
import { invalidReset, passwordRefused, wrongPassword } from './auth.errors.ts';
import { isLocked } from './lockout.rules.ts';
import {
  accountOpen,
  deleteExpiredResets,
  deleteResets,
  findResetUser,
  resetRedeemable,
  riderLocked,
  selectCredentials,
  updatePasswordHash,
  upsertReset,
} from './password.repository.ts';
import { isTooLongPassword, passwordFault, resetTtlMs } from './password.rules.ts';
import { passwordKept } from './rehash.service.ts';
import { issueTokens, type Tokens } from './token.service.ts';

/** Mails a link where the address has an account; otherwise does nothing that can be told. */
export const forgotPassword = (ctx: Ctx, email: string): Promise<void> =>
  mailReset(ctx, email, { guards: [], entry: recordAudit(ctx, 'auth.password_forgot') });

/** An admin starts what the rider ends: the link goes to the rider's address and nowhere else. */
export async function startReset(ctx: Ctx, userId: string): Promise<void> {
  const guards = [requireAdmin(ctx), requireAccount(userId)];
  const [[user]] = await commit(ctx, { guards, statements: [selectCredentials(ctx.db, userId)] });
  if (!user) throw userNotFound();
  await mailReset(ctx, user.email, {
    guards,
    entry: recordAudit(ctx, 'auth.password_reset_started', { subjectId: userId }),
  });
}

async function mailReset(
  ctx: Ctx,
  email: string,
  { guards, entry }: { guards: readonly Guard[]; entry: ReturnType<typeof recordAudit> },
): Promise<void> {
  const token = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
  const reset = { hash: sha256Bytes(token), expiresAt: new Date(ctx.now().getTime() + resetTtlMs) };
  const mail = await queueMail(ctx, email, resetLetter(ctx.config.webUrl, token), accountOpen(email));
  await commit(ctx, {
    guards,
    statements: [...mail.statements, upsertReset(ctx.db, email, { ...reset, mailId: mail.id }), entry],
  });
  deliverMails(ctx, [mail.id]);
}

function requireGoodPassword(password: string, user: { email: string; username: string | null }, field: string): void {
  const fault = passwordFault(password, { email: user.email, username: user.username ?? undefined });
  if (fault) throw passwordRefused({ errors: [{ path: field, message: fault }] });
}

/** A new password by the mailed token: every session ends, the lock opens, the rider is told. */
export async function resetPassword(ctx: Ctx, { token, password }: { token: string; password: string }): Promise<void> {
  const tokenHash = sha256Bytes(token);
  const user = await findResetUser(ctx.db, tokenHash, ctx.now());
  if (!user) throw invalidReset();
  requireGoodPassword(password, user, 'password');

  const mail = await queueMail(ctx, user.email, passwordChangedLetter());
  await commit(ctx, {
    guards: [
      { condition: riderLocked(user.id), error: invalidReset },
      { condition: resetRedeemable(tokenHash, ctx.now()), error: invalidReset },
    ],
    statements: [
      updatePasswordHash(ctx.db, user.id, hashPassword(password, saltFor(ctx.config.keys.salt, user.email)), ctx.now()),
      deleteResets(ctx.db, user.id),
      endSessionsForNewPassword(ctx, user.id, undefined),
      clearAccountAttempts(ctx.db, user.id),
      ...mail.statements,
      recordAudit(ctx, 'auth.password_reset', { actorId: user.id, subjectId: user.id }),
    ],
  });
  deliverMails(ctx, [mail.id]);
}

/** The signed-in rider's credentials, once the password has proved right; counted like every other attempt. */
async function provePassword(ctx: Ctx, password: string) {
  const { userId, sessionId } = requireSession(ctx);
  const [{ rows: counted }, [user]] = await ctx.db.batch([
    attemptCount(ctx, { userId, sessionId }),
    selectCredentials(ctx.db, userId),
  ]);
  const salt = user && saltFor(ctx.config.keys.salt, user.email);
  const verified = isTooLongPassword(password)
    ? undefined
    : verifyPasswords(password, [user?.passwordHash ?? undefined], salt);
  if (!user || !verified?.matches[0] || isLocked(counted)) {
    await commit(ctx, { statements: [recordAudit(ctx, 'auth.reauthentication_failed', { subjectId: userId })] });
    throw wrongPassword();
  }
  return { user, counted, kept: passwordKept(ctx, { id: userId, ...user }, verified.made, wrongPassword) };
}

type Change = { currentPassword: string; newPassword: string };

/** Every other session ends; this one goes on with new tokens. */
export async function changePassword(ctx: Ctx, { currentPassword, newPassword }: Change): Promise<Tokens> {
  const { userId, sessionId } = requireSession(ctx);
  const { user, counted, kept } = await provePassword(ctx, currentPassword);
  requireGoodPassword(newPassword, user, 'new_password');

  const mail = await queueMail(ctx, user.email, passwordChangedLetter());
  const [[session]] = await commit(ctx, {
    guards: [kept.guard],
    statements: [
      rotateRefreshToken(ctx, sessionId),
      updatePasswordHash(
        ctx.db,
        userId,
        hashPassword(newPassword, saltFor(ctx.config.keys.salt, user.email)),
        ctx.now(),
      ),
      deleteResets(ctx.db, userId),
      endSessionsForNewPassword(ctx, userId, sessionId),
      attemptForgiven(ctx, counted),
      ...mail.statements,
      recordAudit(ctx, 'auth.password_changed', { subjectId: userId }),
    ],
  });
  deliverMails(ctx, [mail.id]);
  if (!session) throw wrongPassword();
  return await issueTokens(ctx, { userId, id: sessionId, role: user.role, counter: session.counter });
}

/** Opens the next ten minutes for sensitive calls. */
export async function reauthenticate(ctx: Ctx, password: string): Promise<Date> {
  const { sessionId } = requireSession(ctx);
  const { counted, kept } = await provePassword(ctx, password);
  await commit(ctx, {
    guards: [kept.guard],
    statements: [
      ...kept.statements,
      recordAuthentication(ctx, sessionId),
      attemptForgiven(ctx, counted),
      recordAudit(ctx, 'auth.reauthenticated', { subjectId: sessionId }),
    ],
  });
  return ctx.now();
}

export async function forgetExpiredResets(ctx: Ctx): Promise<number> {
  return (await deleteExpiredResets(ctx.db, ctx.now())).rowCount;
}
