import { OpenAPIHono } from '@hono/zod-openapi';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { getPath } from 'hono/utils/url';
import { type Area, answerNotFoundPage, areaOf, areas, type Router } from './areas/areas.ts';
import type { World } from './context.ts';
import { requireLiveSession, requireRole } from './features/access/access.guards.ts';
import { findLiveRole } from './features/access/access.service.ts';
import { requireLiveKey } from './features/api-keys/api-key.guards.ts';
import { authenticateKey } from './features/api-keys/api-key.service.ts';
import { findRepeat } from './features/idempotency/idempotency-key.service.ts';
import { rememberRequest } from './features/idempotency/idempotency-key.writes.ts';
import { authenticate } from './http/authenticate.ts';
import { checkBody } from './http/body.ts';
import { sessionOrKey } from './http/credentials.ts';
import { discardUnread } from './http/discard.ts';
import { serveOpenApi } from './http/docs.ts';
import type { HttpEnv, Services } from './http/env.ts';
import { answerNotFound } from './http/not-found.ts';
import { openContext, serveRequest } from './http/open-context.ts';
import { answerError } from './http/problem.ts';
import { limitRate } from './http/rate-limit.ts';
import { answerInvalid } from './http/router.ts';
import { checkUrl } from './http/url.ts';

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

type App = OpenAPIHono<HttpEnv>;

/** An app without routes, with the checks and answers that all addresses share. */
function createEmptyApp(world: World): App {
  // It matches all routes with one expression. It refuses a word and a parameter at the same place of two addresses.
  const app = new OpenAPIHono<HttpEnv>({ router: new RegExpRouter(), defaultHook: answerInvalid });
  app.onError(answerError);
  app.notFound(answerNotFound(app, answerNotFoundPage));
  app.use(serveRequest(world), checkUrl, openContext(world, services));
  return app;
}

async function createAreaApp(world: World, { base, load }: Area): Promise<App> {
  const app = createEmptyApp(world);
  const { routers } = await load();
  for (const router of routers) app.route(base, router);
  if (base === '/') serveOpenApi(app, () => createWholeApp(world));

  // An address without a route refuses the same requests as every route.
  app.use(checkBody([]));
  app.use('/v1/*', authenticate(sessionOrKey()), limitRate('api'));
  return app;
}

/** The app with all documented routes, which the OpenAPI document is made from. */
export async function createWholeApp(world: World): Promise<App> {
  const app = createEmptyApp(world);
  const mounted = new Set<Router>();
  for (const { base, load } of areas) {
    const { routers } = await load();
    for (const router of routers) if (!mounted.has(router)) app.route(base, router);
    for (const router of routers) mounted.add(router);
  }
  return app;
}

/** Hands each request to the app of its area, which is made on its first request. */
export function createApp(world: World) {
  const apps = new Map<Area, App>();

  return {
    async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
      const area = areaOf(getPath(request));
      const app = apps.get(area) ?? (await createAreaApp(world, area));
      apps.set(area, app);
      try {
        return await app.fetch(request, env, context);
      } finally {
        await discardUnread(request);
      }
    },
  };
}
