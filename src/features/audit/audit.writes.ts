import { type Ctx, riderOf } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { type AuditSubjects, insertEntry } from './audit.repository.ts';

/** Inserts an audit row in the same commit; with a `condition`, only if that holds after the earlier writes. */
export function recordAudit(ctx: Ctx, action: string, about: AuditSubjects = {}, condition?: Condition) {
  const actorId = about.actorId ?? riderOf(ctx.actor);
  return insertEntry(ctx.db, entryOf(ctx, action, { ...about, actorId }), condition);
}

const entryOf = (ctx: Ctx, action: string, { actorId, subjectId }: AuditSubjects) => ({
  id: ctx.newId(),
  at: ctx.now(),
  action,
  actorId,
  subjectId,
  requestId: ctx.request.id,
  networkHash: networkHash(ctx),
  userAgent: ctx.request.userAgent,
});

/** Stands for the network of the request in the entries. */
export function networkHash({ config, request }: Ctx): Uint8Array {
  const [key] = config.keys.network;
  if (!key) throw new Error('config.keys.network is empty');
  return hmacSha256(key, request.network);
}
