import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { otherRiderFor } from '../audience/connection.rules.ts';
import {
  deleteExpired,
  markRead,
  type NotificationRecord,
  selectNotifications,
  selectUnreadCount,
} from './notification.repository.ts';
import type { NotificationRow } from './notification.table.ts';

/** A notification with the other rider, as far as the connection shows them now. */
export type Notification = NotificationRow & { rider: { id: string | null; name: string } | null };

/** Older notifications are never shown, whether or not they have been deleted yet. */
const retentionStart = (ctx: Ctx): Date =>
  new Date(ctx.now().getTime() - ctx.config.notificationRetentionDays * 86_400_000);

const toNotification = (riderId: string, { notification, connection, other }: NotificationRecord): Notification => ({
  ...notification,
  rider: connection && other && otherRiderFor(connection, other, riderId),
});

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** A page of notifications, and how many of all are unread, in one round trip. */
export async function listMyNotifications(
  ctx: Ctx,
  { limit = defaultLimit, cursor }: ListInput,
): Promise<Page<Notification> & { unread: number }> {
  const { userId } = requireScope(ctx, 'profile:read');
  const [beforeId] = openCursor(ctx, 'notifications', cursor) ?? [];
  const since = retentionStart(ctx);
  const {
    rows,
    counts: [count],
  } = await readTogether(ctx.db, {
    rows: selectNotifications(ctx.db, userId, since, { beforeId, limit: limit + 1 }),
    counts: selectUnreadCount(ctx.db, userId, since),
  });
  const { items, nextCursor } = cutPage(ctx, 'notifications', rows, limit, ({ notification }) => [notification.id]);
  return { items: items.map((row) => toNotification(userId, row)), nextCursor, unread: count?.unread ?? 0 };
}

/**
 * Marks the notifications up to an id as read and answers how many are unread. Ids are ordered by time, so an id whose
 * notification has been deleted works as well.
 */
export async function readNotifications(ctx: Ctx, upToId: string): Promise<number> {
  const { userId } = requireScope(ctx, 'profile:write');
  const since = retentionStart(ctx);
  const {
    counts: [count],
  } = await commit(ctx, {
    guards: [lockRider(userId, 'no key update', userNotFound)],
    writes: {
      read: markRead(ctx.db, userId, upToId, since),
      counts: selectUnreadCount(ctx.db, userId, since),
    },
  });
  return count?.unread ?? 0;
}

export async function purgeNotifications(ctx: Ctx): Promise<number> {
  return (await deleteExpired(ctx.db, retentionStart(ctx))).rowCount;
}
