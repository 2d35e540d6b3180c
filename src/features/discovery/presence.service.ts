import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { describeError } from '../../log.ts';
import { listRiddenJourneys, lockJourney, publishLines, refreshPresence } from './presence.repository.ts';

/** The statement that goes last into every commit which changes when a journey is, or its markers. */
export const presenceUpdate = (ctx: Ctx, journeyId: string) => refreshPresence(ctx.db, { journeyId }, ctx.now());

/** The statements that go last into every commit which changes a journey's lines, or who may know of it. */
export const publication = (ctx: Ctx, journeyId: string) =>
  [publishLines(ctx.db, { journeyId }), presenceUpdate(ctx, journeyId)] as const;

/** The same for all of a rider's journeys, in a commit that changes what is private. */
export const publicationOfAll = (ctx: Ctx, ownerId: string) =>
  [publishLines(ctx.db, { ownerId }), refreshPresence(ctx.db, { ownerId }, ctx.now())] as const;

const batchSize = 100;

/**
 * Lets ridden positions into the abstraction once they are 48 hours old, and takes them out before they are 30 days
 * old. Each journey in a commit of its own, so that one that fails keeps no other waiting, and locked, so that a change of
 * the rider's in this moment is not overtaken. What has failed, as where somebody holds it for long, is tried again last.
 */
export async function refreshRiddenPresence(ctx: Ctx): Promise<number> {
  let [after, refreshed]: [string | undefined, number] = [undefined, 0];
  const failed: string[] = [];
  do {
    const journeys = await listRiddenJourneys(ctx.db, { after, limit: batchSize }, ctx.now());
    for (const { id } of journeys) {
      if (await refreshAlone(ctx, id)) refreshed += 1;
      else failed.push(id);
    }
    after = journeys.length === batchSize ? journeys.at(-1)?.id : undefined;
  } while (after);
  for (const id of failed) if (await refreshAlone(ctx, id)) refreshed += 1;
  return refreshed;
}

async function refreshAlone(ctx: Ctx, id: string): Promise<boolean> {
  try {
    await commit(ctx, { statements: [lockJourney(ctx.db, id), presenceUpdate(ctx, id)] });
    return true;
  } catch (error) {
    ctx.log('error', 'presence', { journey_id: id, ...describeError(error) });
    return false;
  }
}
