import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit-in-order.ts';
import { deleteBeyond, insertNotification, insertRidersNear } from './notification.repository.ts';
import type { NotificationRow } from './notification.table.ts';

const mostNotifications = 200;

type News = { riderId: string; kind: NotificationRow['kind']; connectionId: string };

/** Unsent, for a commit that has locked the rider: tells of a connection, where `condition` holds. */
export const notified = (ctx: Ctx, news: News, condition?: Guard['condition']) =>
  [
    insertNotification(ctx.db, { ...news, id: ctx.newId(), createdAt: ctx.now() }, condition),
    deleteBeyond(ctx.db, news.riderId, mostNotifications),
  ] as const;

/** Unsent, for a commit that has locked the rider: what a mail tells of each journey, where the mail is in the outbox. */
export const notifiedOfRidersNear = (ctx: Ctx, riderId: string, journeyIds: readonly string[], mailId: string) =>
  [
    insertRidersNear(
      ctx.db,
      riderId,
      journeyIds.map((journeyId) => ({ id: ctx.newId(), journeyId })),
      mailId,
      ctx.now(),
    ),
    deleteBeyond(ctx.db, riderId, mostNotifications),
  ] as const;
