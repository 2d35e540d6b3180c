import { type Ctx, riderOf } from '../../context.ts';
import type { UnsentStatement } from '../../db/commit.ts';
import { insertKey } from './idempotency-key.repository.ts';
import { type Creation, keyHashOf, type RepeatableRequest, requestHashOf } from './idempotency-key.rules.ts';

/**
 * For the commit that carries the request out. A repeat waits for that commit and is then refused: see `findRepeat`.
 */
export function rememberRequest(
  ctx: Ctx,
  request: RepeatableRequest,
  { resourceIds, status }: Creation,
): UnsentStatement {
  const userId = riderOf(ctx.actor);
  if (!userId) throw new Error('an idempotency key needs a rider');
  const secret = ctx.config.keys.repeat;
  return {
    statement: insertKey(ctx.db, {
      userId,
      keyHash: keyHashOf(secret, userId, request.key),
      requestHash: requestHashOf(secret, request),
      operation: request.operation,
      resourceIds: [...resourceIds],
      status,
      createdAt: ctx.now(),
    }),
  };
}
