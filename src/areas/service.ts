import { keyRoutes } from '../features/auth/keys.routes.ts';
import { healthRoutes } from '../http/health.ts';
import { securityTextRoutes } from '../http/security-txt.ts';

/** The addresses below /health and /.well-known. */
export const routers = [healthRoutes, keyRoutes, securityTextRoutes];
