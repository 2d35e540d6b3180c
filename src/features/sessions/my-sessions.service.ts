import { type Ctx, requireSession } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { reauthenticationRequired, sessionNotFound } from './session.errors.ts';
import {
  authenticatedSince,
  isOwnLive,
  listLive,
  revokeOthers,
  revokeSession,
  rotateSession,
  touchAuthenticated,
} from './session.repository.ts';
import { recentLoginMinutes } from './session.rules.ts';
import type { SessionRow } from './session.table.ts';

/** Holds for ten minutes after the rider has last shown the password: what sensitive calls want. */
export const loggedInRecently = (ctx: Ctx, scope?: Parameters<typeof requireSession>[1]): Guard => ({
  condition: authenticatedSince(
    requireSession(ctx, scope).sessionId,
    new Date(ctx.now().getTime() - recentLoginMinutes * 60_000),
  ),
  error: reauthenticationRequired,
});

/** What every admin call wants: the role, and the password shown within ten minutes. */
export function adminNow(ctx: Ctx): Guard {
  requireSession(ctx, 'admin:manage');
  return loggedInRecently(ctx, 'admin:manage');
}

export type MySession = SessionRow & { isCurrent: boolean };

export async function listMySessions(ctx: Ctx): Promise<MySession[]> {
  const { userId, sessionId } = requireSession(ctx);
  const rows = await listLive(ctx.db, userId, ctx.now());
  return rows.map((row) => ({ ...row, isCurrent: row.id === sessionId }));
}

export async function revokeMySession(ctx: Ctx, id: string): Promise<void> {
  const { userId } = requireSession(ctx);
  await commit(ctx, {
    guards: [{ condition: isOwnLive({ userId, sessionId: id }, ctx.now()), error: sessionNotFound }],
    statements: [
      revokeSession(ctx.db, id, ctx.now(), 'revoked'),
      auditEntry(ctx, 'sessions.revoke', { subjectId: id }),
    ],
  });
}

export async function revokeMyOtherSessions(ctx: Ctx): Promise<void> {
  const { userId, sessionId } = requireSession(ctx);
  await commit(ctx, {
    statements: [
      revokeOthers(ctx.db, { userId, exceptId: sessionId }, 'revoked', ctx.now()),
      auditEntry(ctx, 'sessions.revoke_others', { subjectId: userId }),
    ],
  });
}

/** Unsent: ends the rider's sessions because the password is another, all but one where one is named. */
export const otherSessionsEnded = (ctx: Ctx, userId: string, exceptId: string | undefined) =>
  revokeOthers(ctx.db, { userId, exceptId }, 'password', ctx.now());

/** Unsent: ends all of a rider's sessions. */
export const sessionsEndedByAdmin = (ctx: Ctx, userId: string) =>
  revokeOthers(ctx.db, { userId, exceptId: undefined }, 'revoked', ctx.now());

/** Unsent: gives the session its next refresh token. */
export const sessionRotated = (ctx: Ctx, id: string) => rotateSession(ctx.db, id, ctx.now());

/** Unsent: the rider has shown the password in this session just now. */
export const sessionAuthenticated = (ctx: Ctx, id: string) => touchAuthenticated(ctx.db, id, ctx.now());
