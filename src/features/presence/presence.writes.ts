import type { Ctx } from '../../context.ts';
import { updatePresence } from './presence.repository.ts';
import { publishOne, publishVisible, selectWaiting } from './publishing.repository.ts';
import { maxWork } from './publishing.rules.ts';

const inCommit = (ctx: Ctx) => ({ at: ctx.now().toISOString(), maxWork: maxWork.inCommit });

/** For a commit that changes a journey's markers or dates. */
export const refreshPresence = (ctx: Ctx, journeyId: string) =>
  [updatePresence(ctx.db, { journeyId, at: ctx.now().toISOString() })] as const;

/**
 * For a commit that changes a journey's lines or visibility. It publishes the lines and refreshes presence, or hides the
 * journey from others where that is much work. Then the service must call `finishPublishing`: `readWaiting` says whether.
 */
export const publishJourney = (ctx: Ctx, journeyId: string) =>
  [publishOne(ctx.db, { journeyId, ...inCommit(ctx) })] as const;

/** For a commit that changes a rider's privacy zones. It does the same for all the rider's visible journeys. */
export const publishJourneysOf = (ctx: Ctx, ownerId: string) =>
  [publishVisible(ctx.db, { ownerId, ...inCommit(ctx) })] as const;

/** For the reads of such a commit: a journey of the rider that is not published yet, if there is one. */
export const readWaiting = (ctx: Ctx, ownerId: string) => selectWaiting(ctx.db, { ownerId });
