import { apiKeyRoutes } from '../features/api-keys/api-key.routes.ts';

/** The addresses below /v1/api-keys. */
export const routers = [apiKeyRoutes];
