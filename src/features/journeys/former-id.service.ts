import type { Ctx } from '../../context.ts';
import { deleteExpiredFormerIds, keepNewFormerIds } from './former-id.repository.ts';

/** As long as encounters, the longest record by which another rider knows of a journey. */
const keptDays = 400;
const dayMs = 24 * 60 * 60 * 1_000;

/** Frees the ids whose time is over. A trigger has no clock, so the time of a new one begins with this run. */
export async function purgeFormerIds(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  await keepNewFormerIds(ctx.db, new Date(now.getTime() + keptDays * dayMs));
  return (await deleteExpiredFormerIds(ctx.db, now)).rowCount;
}
