import type { Ctx } from '../../context.ts';
import { deleteExpiredFormerUsernames, keepNewFormerUsernames } from './former-username.repository.ts';

const keptDays = 90;
const dayMs = 24 * 60 * 60 * 1_000;

/** Frees the usernames whose time is over. A trigger has no clock, so the time of a new one begins with this run. */
export async function purgeFormerUsernames(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  await keepNewFormerUsernames(ctx.db, new Date(now.getTime() + keptDays * dayMs));
  return (await deleteExpiredFormerUsernames(ctx.db, now)).rowCount;
}
