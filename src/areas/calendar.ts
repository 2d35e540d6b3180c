import { calendarRoutes } from '../features/calendar/calendar.routes.ts';

/** The addresses below /v1/calendar. */
export const routers = [calendarRoutes];
