import type { Ctx } from '../../context.ts';
import { updatePresence, updatePublishedLines } from './presence.repository.ts';

/** For a commit that changes a journey's markers or dates. */
export const refreshPresence = (ctx: Ctx, journeyId: string) =>
  [updatePresence(ctx.db, { journeyId, at: ctx.now().toISOString() })] as const;

/** For a commit that changes a journey's lines or visibility. It publishes the lines again, then refreshes presence. */
export const publishJourney = (ctx: Ctx, journeyId: string) =>
  [updatePublishedLines(ctx.db, { journeyId }), ...refreshPresence(ctx, journeyId)] as const;

/** For a commit that changes a rider's privacy zones. It publishes the lines of all the rider's journeys again. */
export const publishJourneysOf = (ctx: Ctx, ownerId: string) =>
  [
    updatePublishedLines(ctx.db, { ownerId }),
    updatePresence(ctx.db, { ownerId, at: ctx.now().toISOString() }),
  ] as const;
