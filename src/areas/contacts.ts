import { connectionRoutes } from '../features/connections/connection.routes.ts';
import { notificationRoutes } from '../features/notifications/notification.routes.ts';

/** The addresses below /v1/connections and /v1/notifications. */
export const routers = [connectionRoutes, notificationRoutes];
