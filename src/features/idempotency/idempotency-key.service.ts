import { type Ctx, riderOf } from '../../context.ts';
import { deleteOldKeys, findKey, type KeyRecord, readRaisedKey } from './idempotency-key.repository.ts';
import { keyHashOf, type RepeatableRequest, requestHashOf, retentionDays } from './idempotency-key.rules.ts';

/**
 * Answers what the request created before, if it is a repeat. A commit that was refused as a repeat has the row in its
 * error. A call that failed before its commit may be a repeat too, for example with a used code, so the row is looked
 * up.
 */
export async function findRepeat(
  ctx: Ctx,
  request: RepeatableRequest,
  { error, isBeforeCommit }: { error: unknown; isBeforeCommit: boolean },
): Promise<KeyRecord | undefined> {
  return readRaisedKey(error) ?? (isBeforeCommit ? await findRecord(ctx, request) : undefined);
}

async function findRecord(ctx: Ctx, request: RepeatableRequest): Promise<KeyRecord | undefined> {
  const userId = riderOf(ctx.actor);
  if (!userId) return;
  const secret = ctx.config.keys.repeat;
  const [keyHash, requestHash] = [keyHashOf(secret, userId, request.key), requestHashOf(secret, request)];
  return await findKey(ctx.db, { userId, keyHash, requestHash });
}

export async function purgeIdempotencyKeys(ctx: Ctx): Promise<number> {
  return (await deleteOldKeys(ctx.db, new Date(ctx.now().getTime() - retentionDays * 86_400_000))).rowCount;
}
