import { type Ctx, requireSession, riderOf } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor } from '../../db/cursor.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { type Audited, insertEntry, listEntries } from './audit.repository.ts';

/** The statement that writes down what the commit it goes into does, where that is only known inside, on `condition`. */
export function auditEntry(ctx: Ctx, action: string, about: Audited = {}, condition?: Guard['condition']) {
  const actorId = about.actorId ?? riderOf(ctx.actor);
  return insertEntry(ctx.db, entryOf(ctx, action, { ...about, actorId }), condition);
}

const entryOf = (ctx: Ctx, action: string, { actorId, subjectId }: Audited) => ({
  id: ctx.newId(),
  at: ctx.now(),
  action,
  actorId,
  subjectId,
  requestId: ctx.request.id,
  networkHash: networkHash(ctx),
  userAgent: ctx.request.userAgent,
});

function networkHash({ config, request }: Ctx): Uint8Array {
  const [key] = config.keys.network;
  if (!key) throw new Error('no key for networks');
  return hmacSha256(key, request.network);
}

export async function listMyEntries(ctx: Ctx, input: { limit?: number | undefined; cursor?: string | undefined }) {
  const { userId } = requireSession(ctx);
  const { limit = defaultLimit } = input;
  const after = openCursor(ctx, 'audit', input.cursor);
  const rows = await listEntries(ctx.db, userId, { after, limit: limit + 1 });
  return cutPage(ctx, 'audit', rows, limit, (row) => [row.at.toISOString(), row.id]);
}
