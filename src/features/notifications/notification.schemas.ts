import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import type { Notification as View } from './notification.service.ts';
import { notificationKinds } from './notification.table.ts';

export const notificationListQuery = z.strictObject(pageQuery);

const unread = { unread_count: z.int().min(0).openapi({ example: 2 }) };

export const Notification = z
  .object({
    id: Id,
    kind: z.enum(notificationKinds).openapi({
      description:
        'Somebody asks me to be in touch, has accepted that I asked, or I was mailed of riders near. There will be more.',
    }),
    connection_id: Id.nullable().openapi({ description: 'The request or the connection.' }),
    rider: z
      .object({ id: Id.nullable(), name: z.string().openapi({ example: 'Ben' }) })
      .nullable()
      .openapi({ description: 'As far as the connection shows them.' }),
    journey_id: Id.nullable().openapi({ description: 'Of mine, near which riders were found.' }),
    read: z.boolean(),
    created_at: UtcTime,
  })
  .openapi('Notification');

export const NotificationPage = pageOf('NotificationPage', Notification, unread);

export const NotificationsRead = z
  .strictObject({ up_to: Id.openapi({ description: 'The newest that was seen: it and all before it are read.' }) })
  .openapi('NotificationsRead');

export const UnreadCount = z.object(unread).openapi('UnreadCount');

export const toNotification = (view: View): z.infer<typeof Notification> => ({
  id: view.id,
  kind: view.kind,
  connection_id: view.connectionId,
  rider: view.rider && { id: view.rider.id, name: view.rider.name },
  journey_id: view.journeyId,
  read: view.isRead,
  created_at: view.createdAt.toISOString(),
});
