import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { AppError } from '../../errors.ts';
import { describeError } from '../../log.ts';
import { journeyBusy } from './discovery.errors.ts';
import { listRiddenJourneys, lockIfFree, refreshPresence } from './presence.repository.ts';
import { shiftSeconds } from './shift.rules.ts';

/** The statement that goes last into every commit which changes where a journey is, when, or who may know. */
export const presenceUpdate = (ctx: Ctx, journeyId: string) =>
  refreshPresence(ctx.db, journeyId, shiftSeconds(ctx.config.keys.shift, journeyId), ctx.now());

const batchSize = 100;

/**
 * Lets ridden positions into the abstraction once they are 48 hours old, and takes them out before they are 30 days
 * old. Each journey in a commit of its own, so that one that fails keeps no other waiting; one that its rider is
 * changing in this moment is left alone, since that change brings its presence in step.
 */
export async function refreshRiddenPresence(ctx: Ctx): Promise<number> {
  let [after, refreshed]: [string | undefined, number] = [undefined, 0];
  do {
    const journeys = await listRiddenJourneys(ctx.db, { after, limit: batchSize }, ctx.now());
    for (const { id } of journeys) {
      try {
        await commit(ctx, {
          guards: [{ condition: lockIfFree(id), error: journeyBusy() }],
          statements: [presenceUpdate(ctx, id)],
        });
        refreshed += 1;
      } catch (error) {
        if (!(error instanceof AppError)) ctx.log('error', 'presence', { journey_id: id, ...describeError(error) });
      }
    }
    after = journeys.length === batchSize ? journeys.at(-1)?.id : undefined;
  } while (after);
  return refreshed;
}
