import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { requireOwnSession } from './session.guards.ts';
import { listLive, revokeSession, revokeSessionsOf } from './session.repository.ts';
import type { SessionRow } from './session.table.ts';

export type MySession = SessionRow & { isCurrent: boolean };

export async function listMySessions(ctx: Ctx): Promise<MySession[]> {
  const { userId, sessionId } = requireSession(ctx);
  const rows = await listLive(ctx.db, userId, ctx.now());
  return rows.map((row) => ({ ...row, isCurrent: row.id === sessionId }));
}

export async function revokeMySession(ctx: Ctx, id: string): Promise<void> {
  await commit(ctx, {
    guards: [requireOwnSession(ctx, id)],
    writes: {
      session: revokeSession(ctx.db, id, ctx.now(), 'revoked'),
      audit: recordAudit(ctx, 'sessions.revoke', { subjectId: id }),
    },
  });
}

export async function revokeMyOtherSessions(ctx: Ctx): Promise<void> {
  const { userId, sessionId } = requireSession(ctx);
  await commit(ctx, {
    writes: {
      sessions: revokeSessionsOf(ctx.db, { userId, exceptId: sessionId }, 'revoked', ctx.now()),
      audit: recordAudit(ctx, 'sessions.revoke_others', { subjectId: userId }),
    },
  });
}
