import { keyRoutes } from '../features/auth/keys.routes.ts';
import { healthRoutes } from '../http/health.ts';

/** The addresses below /health and /.well-known. */
export const routers = [healthRoutes, keyRoutes];
