import type { Ctx } from '../../context.ts';
import type { Statement } from '../../db/commit.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import {
  hasEndedHere,
  revokeSession,
  revokeSessionsOf,
  riderOfSession,
  rotateSession,
  touchAuthenticated,
} from './session.repository.ts';

/** Ends all sessions of a rider. */
export const endSessionsOf = (ctx: Ctx, userId: string) =>
  revokeSessionsOf(ctx.db, { userId, exceptId: undefined }, 'revoked', ctx.now());

/** Ends the rider's sessions because the password has changed: all, or all but one. */
export const endSessionsForNewPassword = (ctx: Ctx, userId: string, exceptId: string | undefined) =>
  revokeSessionsOf(ctx.db, { userId, exceptId }, 'password', ctx.now());

/** Ends a session and records it, where the session exists and is in force. */
export function endSession(ctx: Ctx, id: string | undefined): Statement[] {
  if (!id) return [];
  const about = { actorId: riderOfSession(id), subjectId: id };
  return [
    revokeSession(ctx.db, id, ctx.now(), 'logout'),
    recordAudit(ctx, 'auth.logout', about, hasEndedHere(id, 'logout')),
  ];
}

/** Gives the session its next refresh token. */
export const rotateRefreshToken = (ctx: Ctx, id: string) => rotateSession(ctx.db, id, ctx.now());

/** Records that the rider has just shown the password in this session. */
export const recordAuthentication = (ctx: Ctx, id: string) => touchAuthenticated(ctx.db, id, ctx.now());
