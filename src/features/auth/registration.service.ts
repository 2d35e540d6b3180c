import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { sha256Bytes } from '../../lib/keys.ts';
import { hashPassword, saltFor } from '../../lib/password-hash.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { blocksApplied } from '../blocks/block.service.ts';
import { alreadyRegisteredLetter, verifyLetter } from '../mail/letters.rules.ts';
import { deliverMails } from '../mail/mail.service.ts';
import { queueMail } from '../mail/mail.writes.ts';
import { usernameTaken } from '../users/user.errors.ts';
import { invalidVerification, passwordRefused } from './auth.errors.ts';
import { insertFirstReset } from './password.repository.ts';
import { passwordFault, resetTtlMs } from './password.rules.ts';
import {
  addressKnown,
  addressUnknown,
  deleteExpiredRegistrations,
  deleteRegistrationsOf,
  findAddress,
  insertRegistration,
  redeemRegistration,
  registrationWaits,
  replaceToken,
  tokenRedeemable,
  usernameFree,
} from './registration.repository.ts';

const tokenTtlMs = 24 * 60 * 60 * 1_000;

function newToken(ctx: Ctx, ttlMs = tokenTtlMs) {
  const token = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
  return { token, hash: sha256Bytes(token), expiresAt: new Date(ctx.now().getTime() + ttlMs) };
}

type Registration = { email: string; password: string; name: string; username?: string | undefined };

/**
 * Takes a registration and sends a mail, whether or not the address has an account: the same work, the same
 * statements, the same answer. There is a rider only once the mailed token comes back; what waits where there is an account is never mailed.
 */
export async function register(ctx: Ctx, input: Registration): Promise<void> {
  const fault = passwordFault(input.password, input);
  if (fault) throw passwordRefused({ errors: [{ path: 'password', message: fault }] });

  const { email, name, username } = input;
  const { token, hash, expiresAt } = newToken(ctx);
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
  const toNew = await queueMail(ctx, email, verifyLetter(ctx.config.webUrl, token), addressUnknown(email));
  const toKnown = await queueMail(ctx, email, alreadyRegisteredLetter(ctx.config.webUrl), addressKnown(email));

  await commit(ctx, {
    guards: username ? [{ condition: usernameFree(username), error: usernameTaken }] : [],
    statements: [
      ...toNew.statements,
      ...toKnown.statements,
      insertRegistration(ctx.db, registration),
      recordAudit(ctx, 'auth.register'),
    ],
  });
  deliverMails(ctx, [toNew.id, toKnown.id]);
}

/** Mails a new link where one is waited for, and ends the one before it; otherwise does nothing that can be told. */
export async function resendVerification(ctx: Ctx, email: string): Promise<void> {
  const { token, hash, expiresAt } = newToken(ctx);
  const letter = verifyLetter(ctx.config.webUrl, token);
  const mail = await queueMail(ctx, email, letter, registrationWaits(email, ctx.now()));
  await commit(ctx, {
    statements: [
      ...mail.statements,
      replaceToken(ctx.db, email, { hash, expiresAt, mailId: mail.id }, ctx.now()),
      recordAudit(ctx, 'auth.verification_resend'),
    ],
  });
  deliverMails(ctx, [mail.id]);
}

/**
 * Makes the rider that the token stands for. Expired, used, unknown and malformed tokens are told apart by nobody. A
 * link to an address that others had signed up with, under another password, brings none, but a token to set one.
 */
export async function verifyEmail(ctx: Ctx, token: string): Promise<{ resetToken: string | undefined }> {
  const userId = ctx.newId();
  const tokenHash = sha256Bytes(token);
  const reset = newToken(ctx, resetTtlMs);
  const address = (await findAddress(ctx.db, tokenHash)) ?? '';
  const [, { rows: resets }] = await commit(ctx, {
    guards: [{ condition: tokenRedeemable(tokenHash, ctx.now()), error: invalidVerification }],
    statements: [
      redeemRegistration(ctx.db, tokenHash, userId, ctx.now()),
      insertFirstReset(ctx.db, userId, reset),
      ...blocksApplied(ctx, address, userId),
      recordAudit(ctx, 'auth.verify_email', { actorId: userId, subjectId: userId }),
    ],
    conflicts: { users_email_key: invalidVerification, users_username_key: usernameTaken },
  });
  return { resetToken: resets.length > 0 ? reset.token : undefined };
}

/** Unsent: sign-ups that wait under an address whose account goes. */
export const registrationsForgotten = (ctx: Ctx, email: string) => deleteRegistrationsOf(ctx.db, email);

export async function forgetExpiredRegistrations(ctx: Ctx): Promise<number> {
  return (await deleteExpiredRegistrations(ctx.db, ctx.now())).rowCount;
}
