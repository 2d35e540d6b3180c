import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../env.ts';
import { addExamples } from './examples.ts';

const description = `The backend that bikepackers' apps talk to: plan a journey, set markers, import a route, and find
the riders whose route **and dates** come near yours.

Times are RFC 3339 in UTC, days are \`YYYY-MM-DD\`, positions are GeoJSON (\`[longitude, latitude]\`). The name of a field
says its unit. Errors are RFC 9457 problems with a stable \`code\`. Only the token endpoint has OAuth errors (RFC 6749).`;

const info = { title: 'Kairos', version: '1.0.0', description, license: { name: 'MIT', identifier: 'MIT' } };

/** The OpenAPI 3.1 document of an app. It does not depend on the host. `npm run generate` writes it to openapi.json. */
export function openApiOf(app: OpenAPIHono<HttpEnv>) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'oauth2',
    description: 'Log in with your email address or username and your password.',
    flows: {
      password: {
        tokenUrl: '/v1/auth/token',
        refreshUrl: '/v1/auth/token',
        scopes: {
          'profile:read': 'Read your account and the public profiles of other riders',
          'profile:write': 'Change your account',
          'journeys:read': 'Read your journeys, markers and routes',
          'journeys:write': 'Change your journeys, markers and routes',
          'discovery:read': 'See which riders come near your journeys',
          'account:manage': 'Change your password, end your sessions and manage your API keys',
          'admin:manage': 'Manage the accounts of other riders, read the audit log and settle reports',
        },
      },
    },
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key. The listed scopes are those that the key must have.',
  });
  return addExamples(app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] }));
}
