import type { Ctx } from '../../context.ts';
import { type Condition, commit } from '../../db/commit.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { randomToken } from '../../lib/random-token.ts';
import { networkHash, recordAudit } from '../audit/audit.writes.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { maxSignUpMailsOfNetwork } from '../mail/mail-limits.rules.ts';
import { alreadyRegisteredMail, type MailMessage, verificationMail } from '../mail/templates.rules.ts';
import { usernameTaken } from '../users/user.errors.ts';
import { invalidVerification, passwordRefused } from './auth.errors.ts';
import { insertFirstReset } from './password.repository.ts';
import { passwordFault, resetTtlMs } from './password.rules.ts';
import { requireFreeUsername, requireRegistration } from './registration.guards.ts';
import {
  deleteExpiredRegistrations,
  hasAccount,
  hasAskedForFewer,
  hasNoAccount,
  hasPendingRegistration,
  insertRegistration,
  lockNetwork,
  redeemRegistration,
  replaceToken,
} from './registration.repository.ts';

const hourMs = 60 * 60 * 1_000;
const tokenTtlMs = 24 * 60 * 60 * 1_000;

function newToken(ctx: Ctx, ttlMs = tokenTtlMs) {
  const token = randomToken();
  return { token, hash: sha256Bytes(token), expiresAt: new Date(ctx.now().getTime() + ttlMs) };
}

/** Queues a sign-up mail where `condition` holds and the network of the request may still ask for one in this hour. */
async function queueSignUpMail(ctx: Ctx, email: string, message: MailMessage, condition: Condition) {
  const [network, since] = [networkHash(ctx), new Date(ctx.now().getTime() - hourMs)];
  const maxMails = maxSignUpMailsOfNetwork(ctx.config.mail.budgetPerHour);
  const mail = await queueMail(ctx, email, message, hasAskedForFewer(network, maxMails, since, condition));
  return { id: mail.id, statements: [lockNetwork(ctx.db, network), ...mail.statements] as const };
}

type Registration = { email: string; password: string; name: string; username?: string | undefined };

/**
 * Stores a registration and sends a mail. The work and the response do not reveal whether the address has an account:
 * the registration is stored in both cases, and its token is mailed only where there is no account.
 */
export async function register(ctx: Ctx, input: Registration): Promise<void> {
  const fault = await passwordFault(input.password, input);
  if (fault) throw passwordRefused({ errors: [{ path: 'password', message: fault }] });

  const { email, name, username } = input;
  const { token, hash, expiresAt } = newToken(ctx);
  const { hashPassword, saltFor } = await import('../../lib/password-hash.ts');
  const registration = {
    id: ctx.newId(),
    email,
    name,
    username,
    passwordHash: hashPassword(input.password, saltFor(ctx.config.keys.salt, email)),
    tokenHash: hash,
    createdAt: ctx.now(),
    expiresAt,
  };
  const toNew = await queueSignUpMail(ctx, email, verificationMail(ctx.config.webUrl, token), hasNoAccount(email));
  const toKnown = await queueSignUpMail(ctx, email, alreadyRegisteredMail(ctx.config.webUrl), hasAccount(email));

  await commit(ctx, {
    guards: username ? [requireFreeUsername(username)] : [],
    writes: {
      mailToNew: toNew.statements,
      mailToKnown: toKnown.statements,
      registration: insertRegistration(ctx.db, registration),
      audit: recordAudit(ctx, 'auth.register'),
    },
  });
  deliverMails(ctx, [toNew.id, toKnown.id]);
}

/** Mails a new link where a registration is pending, and ends the earlier link. The response does not reveal it. */
export async function resendVerification(ctx: Ctx, email: string): Promise<void> {
  const { token, hash, expiresAt } = newToken(ctx);
  const message = verificationMail(ctx.config.webUrl, token);
  const mail = await queueSignUpMail(ctx, email, message, hasPendingRegistration(email, ctx.now()));
  await commit(ctx, {
    writes: {
      mail: mail.statements,
      token: replaceToken(ctx.db, email, { hash, expiresAt, mailId: mail.id }, ctx.now()),
      audit: recordAudit(ctx, 'auth.verification_resend'),
    },
  });
  deliverMails(ctx, [mail.id]);
}

/**
 * Creates the rider of a registration. Expired, used, unknown and malformed tokens get the same error. Where the
 * address was registered with several passwords, the rider has none yet and gets a token to set one.
 */
export async function verifyEmail(ctx: Ctx, token: string): Promise<{ resetToken: string | undefined }> {
  const userId = ctx.newId();
  const tokenHash = sha256Bytes(token);
  const reset = newToken(ctx, resetTtlMs);
  const {
    reset: { rows: resets },
  } = await commit(ctx, {
    guards: [requireRegistration(tokenHash, ctx.now())],
    writes: {
      rider: redeemRegistration(ctx.db, tokenHash, userId, ctx.now()),
      reset: insertFirstReset(ctx.db, userId, reset),
      audit: recordAudit(ctx, 'auth.verify_email', { actorId: userId, subjectId: userId }),
    },
    conflicts: { users_email_key: invalidVerification, users_username_key: usernameTaken },
  });
  return { resetToken: resets.length > 0 ? reset.token : undefined };
}

export async function purgeRegistrations(ctx: Ctx): Promise<number> {
  return (await deleteExpiredRegistrations(ctx.db, ctx.now())).rowCount;
}
