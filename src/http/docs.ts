import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import type { HttpEnv } from './env.ts';
import { createRouter } from './router.ts';

const description = `The backend that bikepackers' apps talk to: plan a journey, drop markers, import a route, and find
the riders whose route **and dates** come near yours.

Times are RFC 3339 in UTC, days \`YYYY-MM-DD\`, positions GeoJSON (\`[longitude, latitude]\`), units stand in the name.
Errors are RFC 9457 problems with a stable \`code\`; the token endpoint alone answers as RFC 6749 says.`;

/** OpenAPI 3.1, made from the routes. */
export function describeApi(app: OpenAPIHono<HttpEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'oauth2',
    description: 'Log in with an address (or username) and a password.',
    flows: {
      password: {
        tokenUrl: '/v1/auth/token',
        refreshUrl: '/v1/auth/token',
        scopes: {
          'profile:read': 'Read my account and other riders’ public profiles',
          'profile:write': 'Change my account',
          'journeys:read': 'Read my journeys, markers and routes',
          'journeys:write': 'Change my journeys, markers and routes',
          'discovery:read': 'See which riders come near my journeys',
          'account:manage': 'Change my password, end my sessions, make keys',
          'admin:manage': 'Look after other riders’ accounts',
        },
      },
    },
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key. The scopes beside it are those that the key must have.',
  });
  let document: ReturnType<typeof openApiOf> | undefined;
  app.get('/openapi.json', (c) => {
    document ??= openApiOf(app);
    return c.json(document, 200);
  });
}

const info = { title: 'Kairos', version: '1.0.0', description, license: { name: 'MIT', identifier: 'MIT' } };

/** The same wherever it is served; `npm run generate` writes it down. */
export const openApiOf = (app: OpenAPIHono<HttpEnv>) =>
  app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] });

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const docsRoutes = createRouter();

docsRoutes.get('/docs', (c) =>
  c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Kairos API</title>
          <link rel="icon" href="/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/docs/swagger-ui.css" />
          <link rel="stylesheet" href="/docs/docs.css" />
        </head>
        <body>
          <div id="docs"></div>
          <script src="/docs/swagger-ui-bundle.js"></script>
          <script src="/docs/docs.js"></script>
        </body>
      </html>`,
    200,
    { 'Content-Security-Policy': policy },
  ),
);
