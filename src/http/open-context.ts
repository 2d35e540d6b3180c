import { createMiddleware } from 'hono/factory';
import { configFrom } from '../config.ts';
import type { Ctx, World } from '../context.ts';
import { openForCall, openWithLongDeadline } from '../db/client.ts';
import { networkOf } from '../lib/network.ts';
import { createLog, describeError } from '../log.ts';
import type { HttpEnv, Services } from './env.ts';
import { httpsRequired } from './errors.ts';
import { answerPreflight, isPreflight, setHeaders } from './headers.ts';

/** The town and country that Cloudflare derives from the client's address. */
function placeOf({ cf }: Request): string | undefined {
  const parts = [cf?.city, cf?.country].filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** Opens the request's Ctx, with an anonymous actor. */
export const openContext = ({ now, newId }: World, services: Services) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const config = configFrom(c.env);
    if (config.apiUrl.startsWith('https:') && c.req.url.startsWith('http:')) throw httpsRequired();
    const { log, requestId } = c.var;
    const database = openForCall(config.database);
    const ctx: Ctx = {
      get db() {
        return database.db;
      },
      actor: { type: 'anonymous' },
      actorGuards: {},
      config,
      now,
      newId,
      log,
      defer: (work) =>
        c.executionCtx.waitUntil(
          work({ ...ctx, db: openWithLongDeadline(config.database) }).catch((error) =>
            log('error', 'deferred', describeError(error)),
          ),
        ),
      request: {
        id: requestId,
        get network() {
          return networkOf(c.req.header('CF-Connecting-IP'));
        },
        get userAgent() {
          return (c.req.header('User-Agent') ?? '').slice(0, 300);
        },
        get place() {
          return placeOf(c.req.raw);
        },
      },
    };
    c.set('ctx', ctx);
    c.set('database', database);
    c.set('services', services);
    await next();
  });

/** For a route that moves much data: each of its round trips gets the deadline of a cron job. */
export const extendDeadline = createMiddleware<HttpEnv>(async (c, next) => {
  c.set('ctx', { ...c.var.ctx, db: c.var.database.openWithLongDeadline() });
  await next();
});

/**
 * Gives a request its id and log, sets the headers of its response, and logs it. The query is left out of the log,
 * because some clients put secrets there. It is one middleware for all of this, since each costs every request.
 */
export const serveRequest = ({ now, newId }: World) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const startedAt = now().getTime();
    const requestId = newId();
    const log = createLog(requestId);
    c.set('requestId', requestId);
    c.set('log', log);
    if (isPreflight(c)) answerPreflight(c);
    else await next();
    setHeaders(c);
    log('info', 'request', {
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: now().getTime() - startedAt,
    });
  });
