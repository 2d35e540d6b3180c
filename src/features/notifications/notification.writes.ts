import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { deleteOldest, insertNotification, insertRidersNear } from './notification.repository.ts';
import type { NotificationRow } from './notification.table.ts';

const maxNotifications = 200;

type NotificationDraft = { riderId: string; kind: NotificationRow['kind']; connectionId: string };

/** Notifies the rider of a connection where `condition` holds. For a commit that has locked the rider. */
export const notify = (ctx: Ctx, draft: NotificationDraft, condition?: Condition) =>
  [
    insertNotification(ctx.db, { ...draft, id: ctx.newId(), createdAt: ctx.now() }, condition),
    deleteOldest(ctx.db, draft.riderId, maxNotifications),
  ] as const;

/**
 * Notifies the rider once per journey in a digest, where the digest is in the outbox. For a commit that has locked the
 * rider.
 */
export function notifyOfRidersNear(ctx: Ctx, riderId: string, journeyIds: readonly string[], mailId: string) {
  const drafts = journeyIds.map((journeyId) => ({ id: ctx.newId(), journeyId }));
  return [
    insertRidersNear(ctx.db, riderId, drafts, mailId, ctx.now()),
    deleteOldest(ctx.db, riderId, maxNotifications),
  ] as const;
}
