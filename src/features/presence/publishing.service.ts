import type { Ctx } from '../../context.ts';
import { describeError } from '../../log.ts';
import { continuePublishing, listWaitingRiders, moveToEnd } from './publishing.repository.ts';
import { maxPieces, maxWork } from './publishing.rules.ts';

/**
 * Publishes after the response what the commit has left over. If the Worker ends before that is done, the hourly job does
 * the rest.
 */
export const finishPublishing = (ctx: Ctx, ownerId: string): void =>
  ctx.defer(async (own) => {
    await publishPieces(own, ownerId, maxPieces.perRider);
  });

/** Publishes journeys that wait, for the riders who have waited longest. A journey that fails goes to the end. */
export async function publishWaitingJourneys(ctx: Ctx): Promise<number> {
  let pieces = 0;
  for (const { ownerId } of await listWaitingRiders(ctx.db, { limit: maxPieces.perRun })) {
    const left = maxPieces.perRun - pieces;
    if (left <= 0) break;
    try {
      pieces += await publishPieces(ctx, ownerId, Math.min(left, maxPieces.perRider));
    } catch (error) {
      ctx.log('error', 'publishing', { user_id: ownerId, ...describeError(error) });
      await moveToEnd(ctx.db, ownerId, ctx.now());
      pieces += 1;
    }
  }
  return pieces;
}

/** Each piece is one transaction, so that a failure takes back little. */
async function publishPieces(ctx: Ctx, ownerId: string, max: number): Promise<number> {
  for (let done = 0; done < max; done += 1) {
    const piece = { ownerId, at: ctx.now().toISOString(), maxWork: maxWork.inPiece };
    const { rows } = await continuePublishing(ctx.db, piece);
    if (!rows[0]?.id) return done;
  }
  return max;
}
