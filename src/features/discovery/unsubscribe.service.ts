import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { makeUnsubscribeToken, readUnsubscribeToken } from '../../lib/unsubscribe-token.ts';
import { withdrawDigests } from '../mail/mail.writes.ts';
import { turnOffDigests } from './digest.repository.ts';
import { unknownUnsubscribe } from './discovery.errors.ts';

export const unsubscribeUrl = ({ config }: Ctx, riderId: string): string =>
  `${config.apiUrl}/v1/mail/unsubscribe?token=${makeUnsubscribeToken(config.keys.unsubscribe, riderId)}`;

/**
 * Ends a rider's digests, without a login: the token is the credential. The answer is the same where they are off, or
 * the account is gone. As little audited as the same wish at `PATCH /v1/me`.
 */
export async function unsubscribe(ctx: Ctx, token: string): Promise<void> {
  const riderId = readUnsubscribeToken(ctx.config.keys.unsubscribe, token);
  if (!riderId) throw unknownUnsubscribe();
  await commit(ctx, { statements: [turnOffDigests(ctx.db, riderId, ctx.now()), withdrawDigests(ctx, riderId)] });
}
