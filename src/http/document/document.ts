import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../env.ts';
import { addExamples } from './examples.ts';

const description = `The backend that bikepackers' apps talk to: plan a journey, set markers, import a route, and find
the riders whose route **and dates** come near yours.

**First calls**

1. Sign up: \`POST /v1/auth/register\`. Verify the address with the token from the mail: \`POST /v1/auth/verify-email\`.
2. Log in: \`POST /v1/auth/token\`. Send the access token as \`Authorization: Bearer ...\`.
3. Say that you are an adult: \`PATCH /v1/me\`. Create a privacy zone (\`POST /v1/me/privacy-zones\`), or say that you need none.
4. Plan a \`discoverable\` journey with \`starts_on\` and \`daily_distance_m\`: \`POST /v1/journeys\`. Import its route:
   \`POST /v1/journeys/{id}/imports?as=plan\`.
5. Ask who comes near: \`GET /v1/journeys/{id}/nearby\`. Your account must be 72 hours old, unless the operator has set another
   age.

**Values.** Times are RFC 3339 in UTC, days are \`YYYY-MM-DD\`, positions are GeoJSON (\`[longitude, latitude]\`). The name
of a field says its unit: \`_m\` is metres, \`_s\` seconds, \`_h\` hours. Fields and values may be added: ignore those that
you do not know.

**Lists** have \`items\` and \`next_cursor\`. Send the cursor as \`cursor\` to get the next page, until it is null.

**Retries and edits.** Send an \`Idempotency-Key\` with every call that creates something. A call that you send again
with the same key is carried out once. Send the \`ETag\` of what you edit as \`If-Match\`, and nobody's edit is lost.

**Errors** are RFC 9457 problems with a stable \`code\`. Only the token endpoint has OAuth errors (RFC 6749).`;

const info = { title: 'Kairos', version: '0.1.0', description, license: { name: 'MIT', identifier: 'MIT' } };

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
