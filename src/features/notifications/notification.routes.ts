import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { userNotFound } from '../access/access.errors.ts';
import {
  NotificationPage,
  NotificationsRead,
  notificationListQuery,
  toNotification,
  UnreadCount,
} from './notification.schemas.ts';
import { listMyNotifications, readNotifications } from './notification.service.ts';

const tags = ['Connections'];

const list = defineRoute({
  method: 'get',
  path: '/notifications',
  operationId: 'listNotifications',
  summary: 'List your notifications, newest first',
  description:
    'Tells you who asks to connect, who has accepted, and for which journey you got a mail about riders nearby. A notification is kept for 90 days, and does not appear while you cannot see the other rider.',
  tags,
  credential: sessionOrKey('profile:read'),
  request: { query: notificationListQuery },
  responses: { 200: json(NotificationPage, 'A page of notifications, and the number of unread ones.') },
});

const read = defineRoute({
  method: 'post',
  path: '/notifications/read',
  operationId: 'readNotifications',
  summary: 'Mark a notification and all older ones as read',
  description: 'Send the id of the newest notification that the rider has looked at. Repeating the call is harmless.',
  tags,
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(NotificationsRead)],
  problems: [userNotFound],
  responses: { 200: json(UnreadCount, 'The number of unread notifications.') },
});

export const notificationRoutes = createRouter()
  .openapi(list, async (c) => {
    const { items, nextCursor, unread } = await listMyNotifications(c.var.ctx, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toNotification), next_cursor: nextCursor, unread_count: unread }, 200);
  })
  .openapi(read, async (c) => {
    const unread = await readNotifications(c.var.ctx, c.req.valid('json').up_to);
    return c.json({ unread_count: unread }, 200);
  });
