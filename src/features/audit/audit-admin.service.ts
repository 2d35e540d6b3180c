import type { Ctx } from '../../context.ts';
import { query } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor } from '../../db/cursor.ts';
import { requireAdmin } from '../access/access.guards.ts';
import { type AuditFilter, selectEntries } from './audit.repository.ts';

type Search = AuditFilter & { limit?: number | undefined; cursor?: string | undefined };

export async function listAudit(ctx: Ctx, { limit = defaultLimit, cursor, ...filter }: Search) {
  const guards = [requireAdmin(ctx)];
  const position = { after: openCursor(ctx, 'all-audit', cursor), limit: limit + 1 };
  const { rows } = await query(ctx, { guards, reads: { rows: selectEntries(ctx.db, filter, position) } });
  return cutPage(ctx, 'all-audit', rows, limit, (row) => [row.at.toISOString(), row.id]);
}
