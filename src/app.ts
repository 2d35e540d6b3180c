import { OpenAPIHono } from '@hono/zod-openapi';
import type { World } from './context.ts';
import { requireLiveSession, requireRole } from './features/access/access.guards.ts';
import { findLiveRole } from './features/access/access.service.ts';
import { accountRoutes } from './features/account/account.routes.ts';
import { adminRoutes } from './features/admin/admin.routes.ts';
import { adminReportRoutes } from './features/admin/report.routes.ts';
import { requireLiveKey } from './features/api-keys/api-key.guards.ts';
import { apiKeyRoutes } from './features/api-keys/api-key.routes.ts';
import { authenticateKey } from './features/api-keys/api-key.service.ts';
import { auditRoutes } from './features/audit/audit.routes.ts';
import { keyRoutes } from './features/auth/keys.routes.ts';
import { passwordRoutes } from './features/auth/password.routes.ts';
import { registrationRoutes } from './features/auth/registration.routes.ts';
import { tokenRoutes } from './features/auth/token.routes.ts';
import { blockRoutes } from './features/blocks/block.routes.ts';
import { connectionRoutes } from './features/connections/connection.routes.ts';
import { crowdRoutes } from './features/discovery/crowd.routes.ts';
import { disclosureRoutes } from './features/discovery/disclosure.routes.ts';
import { encounterRoutes } from './features/discovery/encounter.routes.ts';
import { itineraryRoutes } from './features/discovery/itinerary.routes.ts';
import { unsubscribeRoutes } from './features/discovery/unsubscribe.routes.ts';
import { findRepeat } from './features/idempotency/idempotency-key.service.ts';
import { rememberRequest } from './features/idempotency/idempotency-key.writes.ts';
import { journeyRoutes } from './features/journeys/journey.routes.ts';
import { riderJourneyRoutes } from './features/journeys/rider-journeys.routes.ts';
import { journeyStatusRoutes } from './features/journeys/status.routes.ts';
import { mailEventRoutes } from './features/mail/mail-event.routes.ts';
import { markerRoutes } from './features/markers/marker.routes.ts';
import { notificationRoutes } from './features/notifications/notification.routes.ts';
import { identityRoutes } from './features/oauth/identity.routes.ts';
import { oauthRoutes } from './features/oauth/oauth.routes.ts';
import { privacyZoneRoutes } from './features/privacy/privacy-zone.routes.ts';
import { reportRoutes } from './features/reports/report.routes.ts';
import { sessionRoutes } from './features/sessions/session.routes.ts';
import { trackRoutes } from './features/tracks/track.routes.ts';
import { importRoutes } from './features/transfer/import.routes.ts';
import { userRoutes } from './features/users/user.routes.ts';
import { authenticate } from './http/authenticate.ts';
import { checkBody } from './http/body.ts';
import { sessionOrKey } from './http/credentials.ts';
import { docsRoutes, serveOpenApi } from './http/docs.ts';
import type { HttpEnv, Services } from './http/env.ts';
import { crossOrigin, securityHeaders } from './http/headers.ts';
import { healthRoutes } from './http/health.ts';
import { answerNotFound } from './http/not-found.ts';
import { logRequests, openContext } from './http/open-context.ts';
import { answerError } from './http/problem.ts';
import { limitRate } from './http/rate-limit.ts';
import { answerInvalid } from './http/router.ts';
import { checkUrl } from './http/url.ts';
import { pageRoutes } from './pages/pages.tsx';

const features = [
  registrationRoutes,
  tokenRoutes,
  oauthRoutes,
  identityRoutes,
  passwordRoutes,
  sessionRoutes,
  auditRoutes,
  mailEventRoutes,
  unsubscribeRoutes,
  apiKeyRoutes,
  adminRoutes,
  adminReportRoutes,
  userRoutes,
  accountRoutes,
  privacyZoneRoutes,
  journeyRoutes,
  journeyStatusRoutes,
  riderJourneyRoutes,
  markerRoutes,
  trackRoutes,
  importRoutes,
  encounterRoutes,
  crowdRoutes,
  disclosureRoutes,
  itineraryRoutes,
  blockRoutes,
  reportRoutes,
  connectionRoutes,
  notificationRoutes,
];

const services: Services = {
  credentials: {
    findKeyActor: authenticateKey,
    requireLiveKey,
    requireLiveSession,
    findLiveRole,
    requireRole,
  },
  repeats: { rememberRequest, findRepeat },
};

export function createApp(world: World) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: answerInvalid });

  app.onError(answerError);
  app.notFound(answerNotFound(app));

  app.use(logRequests(world), securityHeaders, crossOrigin, checkUrl, openContext(world, services));

  app.route('/', healthRoutes);
  app.route('/', keyRoutes);
  for (const feature of features) app.route('/v1', feature);
  app.route('/', docsRoutes);
  app.route('/', pageRoutes);
  serveOpenApi(app);

  // An address without a route refuses the same requests as every route.
  app.use(checkBody([]));
  app.use('/v1/*', authenticate(sessionOrKey()), limitRate('api'));
  return app;
}
