import type { Ctx } from '../../context.ts';
import { updatePresence, updatePublishedLines } from './presence.repository.ts';

/** For a commit that changes where or when a journey's markers are, or the dates of the journey. */
export const refreshPresence = (ctx: Ctx, journeyId: string) =>
  [updatePresence(ctx.db, { journeyId }, ctx.now())] as const;

/** For a commit that changes a journey's lines, or who may see it: publishes its lines anew, then refreshes presence. */
export const publishJourney = (ctx: Ctx, journeyId: string) =>
  [updatePublishedLines(ctx.db, { journeyId }), ...refreshPresence(ctx, journeyId)] as const;

/** For a commit that changes what a rider keeps private: publishes the lines of all their journeys anew. */
export const publishJourneysOf = (ctx: Ctx, ownerId: string) =>
  [updatePublishedLines(ctx.db, { ownerId }), updatePresence(ctx.db, { ownerId }, ctx.now())] as const;
