import { adminRoutes } from '../features/admin/admin.routes.ts';
import { adminReportRoutes } from '../features/admin/report.routes.ts';

/** The addresses below /v1/admin. */
export const routers = [adminRoutes, adminReportRoutes];
