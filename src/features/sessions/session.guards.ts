import { type Ctx, requireSession } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { sessionNotFound } from './session.errors.ts';
import { lockOwnSessionRow } from './session.repository.ts';

/** The session is the caller's and in force; it is locked. */
export const requireOwnSession = (ctx: Ctx, id: string): Guard => ({
  stage: 'rows',
  condition: lockOwnSessionRow({ userId: requireSession(ctx).userId, sessionId: id }, ctx.now()),
  error: sessionNotFound,
});
