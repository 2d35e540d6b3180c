import type { Ctx } from '../../context.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { readDeviceToken } from '../../lib/device-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { type Attempt, deleteAccountAttempts, subtractFailures, upsertAttempt } from './attempt.repository.ts';
import type { AttemptCount } from './lockout.rules.ts';

/**
 * Counts an attempt at a password. It runs before every check of a password, on every path. All devices of an account
 * share one count, so that many device tokens allow no more attempts than one; a session has a count of its own.
 */
export function recordAttempt(
  ctx: Ctx,
  target: { userId: string; sessionId: string } | { login: string },
  deviceToken?: string | undefined,
) {
  const [key] = ctx.config.keys.network;
  if (!key) throw new Error('config.keys.network is empty');
  const hash = (text: string) => encodeBase64url(hmacSha256(key, text));
  const token = readDeviceToken(ctx.config.keys.device, deviceToken);
  const device =
    'userId' in target
      ? { userId: target.userId, key: hash(`session:${target.sessionId}`) }
      : token && { userId: token.userId, key: token.userId };
  const account: Attempt['account'] = 'userId' in target ? { id: target.userId } : accountByName(target.login, hash);
  return upsertAttempt(ctx.db, {
    account,
    networkHash: hash(`network:${ctx.request.network}`),
    device,
    lockout: ctx.config.lockout,
    now: ctx.now(),
  });
}

/**
 * A name without an account is counted under one spelling, as an account is. Otherwise a lock that covers all spellings
 * would reveal that the account exists.
 */
function accountByName(login: string, hash: (text: string) => string) {
  const email = normaliseEmail(login);
  return { email, username: login, nameHash: hash(`login:${email ?? login.toLowerCase()}`) };
}

/**
 * For a right password. Subtracts the failures of this network from the account and ends its wait. For a known device,
 * it subtracts only this attempt from the account, and deletes the count of the device instead.
 */
export const clearFailures = (ctx: Ctx, counts: readonly AttemptCount[]) => subtractFailures(ctx.db, counts);

/** Deletes the counts whose key has the account's id. The counts of its sessions are hashed and expire later. */
export const deleteAttemptsOf = (ctx: Ctx, userId: string) => deleteAccountAttempts(ctx.db, userId);
