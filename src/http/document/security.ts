import type { Scope } from '../../context.ts';

const scopes: Readonly<Record<Scope, string>> = {
  'profile:read': 'Read your account and the public profiles of other riders',
  'profile:write': 'Change your account',
  'journeys:read': 'Read your journeys, markers and routes',
  'journeys:write': 'Change your journeys, markers and routes',
  'discovery:read': 'See which riders come near your journeys',
  'account:manage': 'Change your password, end your sessions and manage your API keys',
  'admin:manage': 'Manage the accounts of other riders, read the audit log and settle reports',
};

export const securitySchemes = {
  bearer: {
    type: 'oauth2',
    description: 'Log in with your email address or username and your password.',
    flows: { password: { tokenUrl: '/v1/auth/token', refreshUrl: '/v1/auth/token', scopes } },
  },
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key. It needs the scopes that `bearer` lists beside it.',
  },
} as const;
