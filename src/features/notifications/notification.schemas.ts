import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, orNull, UtcTime } from '../../http/values.ts';
import type { Notification as View } from './notification.service.ts';
import { notificationKinds } from './notification.table.ts';

export const notificationListQuery = z.strictObject(pageQuery);

const unread = {
  unread_count: z.int().min(0).openapi({ description: 'The number of all your unread notifications.', example: 2 }),
};

const NotificationRider = z
  .object({
    id: Id.nullable().openapi({ description: 'Null until the request is accepted.' }),
    name: z.string().openapi({ example: 'Bogdan Ionescu' }),
  })
  .openapi('NotificationRider');

export const Notification = z
  .object({
    id: Id,
    kind: z.union([z.enum(notificationKinds).openapi('RiderNotificationKind'), z.string()]).openapi({
      description:
        'A rider asks you to connect, a rider accepted your request, or a mail about riders nearby was sent. More kinds may follow.',
      example: 'connection_requested',
    }),
    connection_id: Id.nullable().openapi({
      description: 'The request or the connection. Null if the notification has none.',
    }),
    rider: orNull(NotificationRider).openapi({ description: 'The other rider, as far as the connection shows them.' }),
    journey_id: Id.nullable().openapi({ description: 'Your journey that riders come near.' }),
    read: z.boolean().openapi({ description: 'Whether you have marked it as read.' }),
    created_at: UtcTime,
  })
  .openapi('RiderNotification');

export const NotificationPage = pageOf('RiderNotificationPage', Notification, unread);

export const NotificationsRead = z
  .strictObject({
    up_to: Id.openapi({
      description: 'The newest notification that you have seen. It and all older ones are marked as read.',
    }),
  })
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
