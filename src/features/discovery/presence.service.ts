import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { listRiddenJourneys, refreshPresence } from './presence.repository.ts';
import { shiftSeconds } from './shift.rules.ts';

/** The statement that goes last into every commit which changes where a journey is, when, or who may know. */
export const presenceUpdate = (ctx: Ctx, journeyId: string) =>
  refreshPresence(ctx.db, journeyId, shiftSeconds(ctx.config.keys.shift, journeyId), ctx.now());

const batchSize = 100;

/**
 * Lets ridden positions into the abstraction once they are 48 hours old, and takes them out before they are 30 days
 * old. Batch by batch in the order of ids; what a run does not reach, the next one does.
 */
export async function refreshRiddenPresence(ctx: Ctx): Promise<void> {
  let after: string | undefined;
  do {
    const journeys = await listRiddenJourneys(ctx.db, { after, limit: batchSize }, ctx.now());
    if (journeys.length > 0) await commit(ctx, { statements: journeys.map(({ id }) => presenceUpdate(ctx, id)) });
    after = journeys.length === batchSize ? journeys.at(-1)?.id : undefined;
  } while (after);
}
