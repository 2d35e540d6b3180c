import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { clearAccountAttempts, deleteOldAttempts } from './attempt.repository.ts';
import { attemptRetentionDays } from './lockout.rules.ts';

/** Unlocks an account for everybody who has the password. The counts of networks stay. */
export async function unlockAccount(ctx: Ctx, userId: string): Promise<void> {
  await commit(ctx, {
    guards: [requireAdmin(ctx), requireAccount(userId)],
    writes: {
      attempts: clearAccountAttempts(ctx.db, userId),
      audit: recordAudit(ctx, 'auth.unlock', { subjectId: userId }),
    },
  });
}

export async function purgeAttempts(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now().getTime() - attemptRetentionDays * 86_400_000);
  return (await deleteOldAttempts(ctx.db, before)).rowCount;
}
