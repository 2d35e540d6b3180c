import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { describeError } from '../../log.ts';
import { listRiddenJourneys, lockJourney } from './presence.repository.ts';
import { refreshPresence } from './presence.writes.ts';

const batchSize = 100;

/**
 * Lets ridden positions into the abstraction once they are 48 hours old, and takes them out before they are 30 days
 * old. Each journey has its own commit, so that one failure does not delay the others, and is locked, so that a change
 * by the rider at the same moment is not overwritten. Failed journeys, for example those locked for long, are tried again last.
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
    await commit(ctx, { writes: { lock: lockJourney(ctx.db, id) }, presence: refreshPresence(ctx, id) });
    return true;
  } catch (error) {
    ctx.log('error', 'presence', { journey_id: id, ...describeError(error) });
    return false;
  }
}
