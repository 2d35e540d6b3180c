import { type Ctx, requireSession } from '../../context.ts';
import { cutPage, defaultLimit, openCursor } from '../../db/cursor.ts';
import { deleteOldEntries, listEntries } from './audit.repository.ts';

export async function listMyEntries(ctx: Ctx, input: { limit?: number | undefined; cursor?: string | undefined }) {
  const { userId } = requireSession(ctx);
  const { limit = defaultLimit } = input;
  const after = openCursor(ctx, 'audit', input.cursor);
  const rows = await listEntries(ctx.db, userId, { after, limit: limit + 1 });
  return cutPage(ctx, 'audit', rows, limit, (row) => [row.at.toISOString(), row.id]);
}

/** Answers how many entries were deleted. The database knows how long they are kept: see `delete_old_audit`. */
export async function purgeAudit(ctx: Ctx): Promise<number> {
  const { rows } = await deleteOldEntries(ctx.db, ctx.now());
  return rows[0]?.deleted ?? 0;
}
