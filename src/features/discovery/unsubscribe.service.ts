import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { readUnsubscribeToken } from '../../lib/unsubscribe-token.ts';
import { withdrawDigests } from '../mail/mail.writes.ts';
import { turnOffDigests } from './digest.repository.ts';
import { unknownUnsubscribeToken } from './discovery.errors.ts';

/**
 * Ends a rider's digests without a login: the token is the credential. The answer is the same where they are off
 * already, and where the account does not exist. Like the same change by `PATCH /v1/me`, it is not audited.
 */
export async function unsubscribe(ctx: Ctx, token: string): Promise<void> {
  const riderId = readUnsubscribeToken(ctx.config.keys.unsubscribe, token);
  if (!riderId) throw unknownUnsubscribeToken();
  await commit(ctx, {
    writes: { rider: turnOffDigests(ctx.db, riderId, ctx.now()), digests: withdrawDigests(ctx, riderId) },
  });
}
