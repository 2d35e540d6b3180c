import type { OpenAPIHono } from '@hono/zod-openapi';
import { html } from 'hono/html';
import type { HttpEnv } from './env.ts';
import { createRouter } from './router.ts';

/** Serves the OpenAPI document of the app with all routes. */
export function serveOpenApi(app: OpenAPIHono<HttpEnv>, createWholeApp: () => Promise<OpenAPIHono<HttpEnv>>): void {
  let document: object | undefined;
  app.get('/openapi.json', async (c) => {
    const { openApiOf } = await import('./document/document.ts');
    document ??= openApiOf(await createWholeApp());
    return c.json(document, 200);
  });
}

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
          <div id="docs">
            <noscript>This page needs JavaScript. <a href="/openapi.json">openapi.json</a> has the same content.</noscript>
          </div>
          <script src="/docs/swagger-ui-bundle.js"></script>
          <script src="/docs/docs.js"></script>
        </body>
      </html>`,
    200,
    { 'Content-Security-Policy': policy },
  ),
);
