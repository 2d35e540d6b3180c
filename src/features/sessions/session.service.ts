import type { Ctx } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import type { Guard } from '../../db/commit.ts';
import { invalidToken } from './session.errors.ts';
import { deleteExpiredSessions, findLiveSession, liveSessionCondition } from './session.repository.ts';

type SessionKey = { userId: string; sessionId: string };

export async function isSessionLive(db: Db, session: SessionKey, now: Date): Promise<boolean> {
  return (await findLiveSession(db, session, now)) !== undefined;
}

/** Holds while the session lives and its rider is not disabled. */
export const sessionLive = (session: SessionKey, now: Date): Guard => ({
  condition: liveSessionCondition(session, now),
  error: invalidToken(),
});

export async function forgetExpiredSessions(ctx: Ctx): Promise<void> {
  await deleteExpiredSessions(ctx.db, ctx.now());
}
