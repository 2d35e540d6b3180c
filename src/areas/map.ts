import { crowdRoutes } from '../features/discovery/crowd.routes.ts';

/** The addresses below /v1/discover and /v1/nearby. */
export const routers = [crowdRoutes];
