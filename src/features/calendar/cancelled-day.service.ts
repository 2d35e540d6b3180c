import type { Ctx } from '../../context.ts';
import { cancelledBefore } from './calendar.rules.ts';
import { deleteCancelledDays } from './cancelled-day.repository.ts';

/** Deletes the cancelled days of feeds that no program reads any more. */
export async function purgeCancelledDays(ctx: Ctx): Promise<number> {
  return (await deleteCancelledDays(ctx.db, cancelledBefore(ctx.now()))).rowCount;
}
