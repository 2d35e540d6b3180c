import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { describeError } from '../../log.ts';
import {
  deleteExpiredPlans,
  deleteExpiredPublications,
  listChangingJourneys,
  lockJourney,
  markPlansOfDeletedJourneys,
  moveToEndOfNight,
  updateOver,
} from './presence.repository.ts';
import { refreshPresenceAtNight } from './presence.writes.ts';

/**
 * Bounds of each night. A rider has at most 20 visible journeys. A Worker may send 10,000 requests in a run (developers.cloudflare.com/workers/platform/limits),
 * and each journey takes one, or three if it fails.
 */
const maxJourneys = { perRider: 20, perRun: 3_000 } as const;

/**
 * Adds ridden positions to presence after the delay of the journey, but not before they are 48 hours old. Removes them
 * before they are 30 days old. Removes journeys that others see as completed, and brings back those that they see going on.
 * Each journey has its own commit, so that a failure does not delay the others. The commit locks the journey, so that it
 * does not overwrite a change at the same moment. Failed journeys, for example locked ones, are tried again at the end, and
 * then wait behind all others. Deletes the published plans and the ledgers that are kept of deleted journeys, once their days
 * are over.
 */
export async function refreshRiddenPresence(ctx: Ctx): Promise<number> {
  await markPlansOfDeletedJourneys(ctx.db, ctx.now());
  await deleteExpiredPlans(ctx.db, ctx.now());
  await deleteExpiredPublications(ctx.db, ctx.now());
  const { rows } = await listChangingJourneys(ctx.db, maxJourneys, ctx.now());
  let refreshed = 0;
  const failed: string[] = [];
  for (const { id } of rows) {
    if (await refreshJourney(ctx, id)) refreshed += 1;
    else failed.push(id);
  }
  for (const id of failed) {
    if (await refreshJourney(ctx, id)) refreshed += 1;
    else await moveToEndOfNight(ctx.db, id, ctx.now());
  }
  return refreshed;
}

async function refreshJourney(ctx: Ctx, id: string): Promise<boolean> {
  try {
    await commit(ctx, {
      writes: { lock: lockJourney(ctx.db, id), over: updateOver(ctx.db, id, ctx.now()) },
      presence: refreshPresenceAtNight(ctx, id),
    });
    return true;
  } catch (error) {
    ctx.log('error', 'presence', { journey_id: id, ...describeError(error) });
    return false;
  }
}
