import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { userNotFound } from '../access/access.errors.ts';
import { seenBy } from '../connections/connection.service.ts';
import { countUnread, deleteOlder, listNotifications, lockRider, markRead } from './notification.repository.ts';
import type { NotificationRow } from './notification.table.ts';

/** The other rider as far as the rider's connections show them now. */
export type Notification = NotificationRow & { rider: { id: string | null; name: string } | null };

const oldest = (ctx: Ctx): Date => new Date(ctx.now().getTime() - ctx.config.notificationsKeptDays * 86_400_000);

type Listed = Awaited<ReturnType<typeof listNotifications>>[number];

const toldTo = (ctx: Ctx, riderId: string, { notification, connection, other }: Listed): Notification => ({
  ...notification,
  rider: connection && other && seenBy(ctx, riderId, { connection, other }).rider,
});

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** One trip, with how many there are that were not read. */
export async function listMyNotifications(
  ctx: Ctx,
  { limit = defaultLimit, cursor }: ListInput,
): Promise<Page<Notification> & { unread: number }> {
  const { userId } = requireScope(ctx, 'profile:read');
  const [beforeId] = openCursor(ctx, 'notifications', cursor) ?? [];
  const since = oldest(ctx);
  const [rows, [counted]] = await ctx.db.batch([
    listNotifications(ctx.db, userId, since, { beforeId, limit: limit + 1 }),
    countUnread(ctx.db, userId, since),
  ]);
  const { items, nextCursor } = cutPage(ctx, 'notifications', rows, limit, ({ notification }) => [notification.id]);
  return { items: items.map((row) => toldTo(ctx, userId, row)), nextCursor, unread: counted?.unread ?? 0 };
}

/** Up to one of them and all before. Ids are in order of time, so that one which has gone meanwhile will do as well. */
export async function readNotifications(ctx: Ctx, upToId: string): Promise<number> {
  const { userId } = requireScope(ctx, 'profile:write');
  const since = oldest(ctx);
  const [, [counted]] = await commit(ctx, {
    guards: [{ condition: lockRider(userId), error: userNotFound }],
    statements: [markRead(ctx.db, userId, upToId, since), countUnread(ctx.db, userId, since)],
  });
  return counted?.unread ?? 0;
}

export async function forgetNotifications(ctx: Ctx): Promise<number> {
  return (await deleteOlder(ctx.db, oldest(ctx))).rowCount;
}
