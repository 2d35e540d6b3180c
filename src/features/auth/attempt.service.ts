import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { readDeviceToken } from '../../lib/device-token.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import {
  type Attempt,
  clearAccountAttempts,
  countAttempt,
  deleteAccountAttempts,
  deleteOldAttempts,
  forgiveAttempt,
} from './attempt.repository.ts';
import { type Counted, forgottenAfterDays } from './lockout.rules.ts';

/**
 * Unsent: counts an attempt at a password. It goes in front of every check of one, on whatever path. All devices of an
 * account share a count, so that no number of device tokens is more than one; a session has its own.
 */
export function attemptCount(
  ctx: Ctx,
  tried: { userId: string; sessionId: string } | { login: string },
  deviceToken?: string | undefined,
) {
  const [key] = ctx.config.keys.network;
  if (!key) throw new Error('no key for networks');
  const hash = (text: string) => encodeBase64url(hmacSha256(key, text));
  const token = readDeviceToken(ctx.config.keys.device, deviceToken);
  const known =
    'userId' in tried
      ? { userId: tried.userId, key: hash(`session:${tried.sessionId}`) }
      : token && { userId: token.userId, key: token.userId };
  const account: Attempt['account'] = 'userId' in tried ? { id: tried.userId } : named(tried.login, hash);
  return countAttempt(ctx.db, {
    account,
    networkHash: hash(`network:${ctx.request.network}`),
    device: known,
    lockout: ctx.config.lockout,
    now: ctx.now(),
  });
}

/** Who is nobody's is counted under one spelling too, or a lock that reaches all of them would tell an account. */
function named(login: string, hash: (text: string) => string) {
  const email = normaliseEmail(login);
  return { email, username: login, nameHash: hash(`login:${email ?? login.toLowerCase()}`) };
}

/** Unsent: takes back what a right password was counted for, and this network's earlier failures at the account. */
export const attemptForgiven = (ctx: Ctx, counted: readonly Counted[]) => forgiveAttempt(ctx.db, counted);

/** The account is open to who has the password, whoever has tried it. */
export async function unlockAccount(ctx: Ctx, userId: string): Promise<void> {
  await commit(ctx, {
    guards: [requireAdmin(ctx), requireAccount(userId)],
    statements: [clearAccountAttempts(ctx.db, userId), recordAudit(ctx, 'auth.unlock', { subjectId: userId })],
  });
}

/** Unsent: what was counted for an account that goes. */
export const attemptsForgotten = (ctx: Ctx, userId: string) => deleteAccountAttempts(ctx.db, userId);

export async function forgetOldAttempts(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now().getTime() - forgottenAfterDays * 86_400_000);
  return (await deleteOldAttempts(ctx.db, before)).rowCount;
}
