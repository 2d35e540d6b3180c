import { createMiddleware } from 'hono/factory';
import type { Config } from '../config.ts';
import { riderOf } from '../context.ts';
import { describeError } from '../log.ts';
import type { HttpEnv } from './env.ts';
import { tooManyRequests } from './errors.ts';

/** A test compares them with the bindings in wrangler.toml. */
export const limits = {
  login: { limit: 90, periodSeconds: 60 },
  mail: { limit: 30, periodSeconds: 60 },
  api: { limit: 1_200, periodSeconds: 60 },
  heavy: { limit: 120, periodSeconds: 60 },
} as const satisfies Record<keyof Config['limits'], { limit: number; periodSeconds: number }>;

/**
 * A rough rate limit per rider, or per network for anonymous callers. Each Cloudflare location counts for itself. Exact
 * limits are counted in Postgres. If the limiter fails, the request passes.
 */
export const limitRate = (name: keyof Config['limits']) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const { actor, config, request, log } = c.var.ctx;
    const key = riderOf(actor) ?? request.network;
    const { limit, periodSeconds } = limits[name];
    const outcome = await config.limits[name].limit({ key }).catch((error) => {
      log('error', 'rate_limit', describeError(error));
      return { success: true };
    });
    if (!outcome.success) {
      const quota = { name, max: limit, left: 0, periodSeconds, resetSeconds: periodSeconds };
      throw tooManyRequests({ quota });
    }
    await next();
  });
