import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
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

/** A page that shows the OpenAPI document. Its scripts and styles are in public/docs. */
function answerViewer(c: Context<HttpEnv>, { styles, scripts }: { styles: string[]; scripts: string[] }) {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Kairos API</title>
        <link rel="icon" href="/favicon.ico" sizes="48x48" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${styles.map((file) => html`<link rel="stylesheet" href="/docs/${file}" />`)}
      </head>
      <body>
        <div id="docs">
          <noscript>This page needs JavaScript. <a href="/openapi.json">openapi.json</a> has the same content.</noscript>
        </div>
        ${scripts.map((file) => html`<script src="/docs/${file}"></script>`)}
      </body>
    </html>`;
  return c.html(page, 200, { 'Content-Security-Policy': policy });
}

export const docsRoutes = createRouter();

docsRoutes.get('/docs', (c) =>
  answerViewer(c, {
    styles: ['swagger-ui.css', 'viewer.css', 'docs.css'],
    scripts: ['swagger-ui-bundle.js', 'docs.js'],
  }),
);

docsRoutes.get('/redoc', (c) =>
  answerViewer(c, { styles: ['viewer.css', 'redoc.css'], scripts: ['redoc.standalone.js', 'redoc.js'] }),
);
