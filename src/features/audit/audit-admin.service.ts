import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { cutPage, defaultLimit, openCursor } from '../../db/cursor.ts';
import { requireAdmin } from '../access/access.guards.ts';
import { type AuditFilter, selectEntries } from './audit.repository.ts';

type Search = AuditFilter & { limit?: number | undefined; cursor?: string | undefined };

export async function listAudit(ctx: Ctx, { limit = defaultLimit, cursor, ...filter }: Search) {
  const guard = requireAdmin(ctx);
  const position = { after: openCursor(ctx, 'all-audit', cursor), limit: limit + 1 };
  const [rows] = await commit(ctx, { guards: [guard], statements: [selectEntries(ctx.db, filter, position)] });
  return cutPage(ctx, 'all-audit', rows, limit, (row) => [row.at.toISOString(), row.id]);
}
