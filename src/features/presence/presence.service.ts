import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { describeError } from '../../log.ts';
import { deleteExpiredPlans, listChangingJourneys, lockJourney, updateOver } from './presence.repository.ts';
import { refreshPresence } from './presence.writes.ts';

const batchSize = 100;

/**
 * Adds ridden positions to presence after the delay of the journey, but not before they are 48 hours old. Removes them
 * before they are 30 days old. Removes journeys that others see as completed, and brings back those that they see going on.
 * Each journey has its own commit, so that a failure does not delay the others. The commit locks the journey, so that it
 * does not overwrite a change at the same moment. Failed journeys, for example locked ones, are tried again at the end.
 * Deletes the published plans that are kept of deleted journeys, once their days are over.
 */
export async function refreshRiddenPresence(ctx: Ctx): Promise<number> {
  await deleteExpiredPlans(ctx.db, ctx.now());
  let after: string | undefined;
  let refreshed = 0;
  const failed: string[] = [];
  do {
    const journeys = await listChangingJourneys(ctx.db, { after, limit: batchSize }, ctx.now());
    for (const { id } of journeys) {
      if (await refreshJourney(ctx, id)) refreshed += 1;
      else failed.push(id);
    }
    after = journeys.length === batchSize ? journeys.at(-1)?.id : undefined;
  } while (after);
  for (const id of failed) if (await refreshJourney(ctx, id)) refreshed += 1;
  return refreshed;
}

async function refreshJourney(ctx: Ctx, id: string): Promise<boolean> {
  try {
    await commit(ctx, {
      writes: { lock: lockJourney(ctx.db, id), over: updateOver(ctx.db, id, ctx.now()) },
      presence: refreshPresence(ctx, id),
    });
    return true;
  } catch (error) {
    ctx.log('error', 'presence', { journey_id: id, ...describeError(error) });
    return false;
  }
}
