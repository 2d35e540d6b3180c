import type { Ctx } from '../../context.ts';
import { updatePresence } from './presence.repository.ts';
import { publishOne, publishVisible, selectWaiting } from './publishing.repository.ts';
import { maxWork } from './publishing.rules.ts';

const inCommit = (ctx: Ctx) => ({ at: ctx.now().toISOString(), maxWork: maxWork.inCommit });

/**
 * For a commit that changes a journey's markers or status. What a changed plan no longer has stays in presence until the
 * night after the delay, so that a change on the way does not tell where the rider is.
 */
export const refreshPresence = (ctx: Ctx, journeyId: string) =>
  [updatePresence(ctx.db, { journeyId, at: ctx.now().toISOString(), keepsFormer: true })] as const;

/** For the nightly run. What leaves presence then leaves at once. */
export const refreshPresenceAtNight = (ctx: Ctx, journeyId: string) =>
  [updatePresence(ctx.db, { journeyId, at: ctx.now().toISOString(), keepsFormer: false })] as const;

/**
 * For a commit that changes a journey's lines or visibility. It publishes the lines and refreshes presence, or hides the
 * journey from others where that is much work. Then the service must call `finishPublishing`: `readWaiting` says whether.
 * A longer delay hides places, so with `keepsFormer` false what a changed plan no longer has leaves at once.
 */
export const publishJourney = (ctx: Ctx, journeyId: string, { keepsFormer = true } = {}) =>
  [publishOne(ctx.db, { journeyId, keepsFormer, ...inCommit(ctx) })] as const;

/** For a commit that changes a rider's privacy zones. It does the same for all the rider's visible journeys. */
export const publishJourneysOf = (ctx: Ctx, ownerId: string) =>
  [publishVisible(ctx.db, { ownerId, ...inCommit(ctx) })] as const;

/** For the reads of such a commit: a journey of the rider that is not published yet, if there is one. */
export const readWaiting = (ctx: Ctx, ownerId: string) => selectWaiting(ctx.db, { ownerId });
