import { unsubscribeRoutes } from '../features/discovery/unsubscribe.routes.ts';
import { mailEventRoutes } from '../features/mail/mail-event.routes.ts';

/** The addresses below /v1/mail. */
export const routers = [mailEventRoutes, unsubscribeRoutes];
