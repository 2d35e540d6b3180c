import { blockRoutes } from '../features/blocks/block.routes.ts';
import { riderJourneyRoutes } from '../features/journeys/rider-journeys.routes.ts';
import { reportRoutes } from '../features/reports/report.routes.ts';
import { userRoutes } from '../features/users/user.routes.ts';

/** The addresses below /v1/users, /v1/blocks and /v1/reports. */
export const routers = [userRoutes, riderJourneyRoutes, blockRoutes, reportRoutes];
