import { passwordRoutes } from '../features/auth/password.routes.ts';
import { registrationRoutes } from '../features/auth/registration.routes.ts';
import { tokenRoutes } from '../features/auth/token.routes.ts';
import { oauthRoutes } from '../features/oauth/oauth.routes.ts';
import { sessionRoutes } from '../features/sessions/session.routes.ts';

/** The addresses below /v1/auth. */
export const routers = [registrationRoutes, tokenRoutes, oauthRoutes, passwordRoutes, sessionRoutes];
