import { accountRoutes } from '../features/account/account.routes.ts';
import { auditRoutes } from '../features/audit/audit.routes.ts';
import { consentRoutes } from '../features/consents/consent.routes.ts';
import { disclosureRoutes } from '../features/discovery/disclosure.routes.ts';
import { identityRoutes } from '../features/oauth/identity.routes.ts';
import { privacyZoneRoutes } from '../features/privacy/privacy-zone.routes.ts';
import { usageRoutes } from '../features/usage/usage.routes.ts';
import { userRoutes } from '../features/users/user.routes.ts';

/** The addresses below /v1/me. */
export const routers = [
  userRoutes,
  accountRoutes,
  identityRoutes,
  auditRoutes,
  privacyZoneRoutes,
  consentRoutes,
  disclosureRoutes,
  usageRoutes,
];
