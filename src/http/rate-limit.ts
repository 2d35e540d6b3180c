import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Config } from '../config.ts';
import { riderOf } from '../context.ts';
import { defineError } from '../errors.ts';
import { describeError } from '../log.ts';
import type { HttpEnv } from './router.ts';

const tooManyRequests = defineError('too_many_requests', 'http.too_many_requests', 'Too many requests.');

/** Kept equal to wrangler.toml's bindings by a test. */
export const limits = {
  login: { limit: 90, periodSeconds: 60 },
  mail: { limit: 30, periodSeconds: 60 },
  api: { limit: 1_200, periodSeconds: 60 },
  heavy: { limit: 120, periodSeconds: 60 },
} as const satisfies Record<keyof Config['limits'], { limit: number; periodSeconds: number }>;

export type Quota = { name: string; most: number; left: number; periodSeconds: number; resetSeconds: number };

export const quotaHeaders = {
  RateLimit: {
    description: 'How much is left of each quota, and in how many seconds there will be more.',
    schema: { type: 'string' as const, example: '"views";r=150;t=86400' },
  },
  'RateLimit-Policy': {
    description: 'The quotas: how much in how many seconds.',
    schema: { type: 'string' as const, example: '"views";q=200;w=604800' },
  },
};

/** As draft-ietf-httpapi-ratelimit-headers has it: lists, to which others may have added. */
export function tellQuotas(c: Context<HttpEnv>, quotas: readonly Quota[]): void {
  for (const { name, most, left, periodSeconds, resetSeconds } of quotas) {
    c.header('RateLimit', `"${name}";r=${left};t=${resetSeconds}`, { append: true });
    c.header('RateLimit-Policy', `"${name}";q=${most};w=${periodSeconds}`, { append: true });
  }
}

/**
 * The coarse shield in front of a route: counted per rider, or per network where nobody is signed in. Counts are kept
 * per Cloudflare location; what must be exact is counted in Postgres. A limiter that fails lets the request through.
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
      throw tooManyRequests({
        headers: {
          'Retry-After': String(periodSeconds),
          RateLimit: `"${name}";r=0;t=${periodSeconds}`,
          'RateLimit-Policy': `"${name}";q=${limit};w=${periodSeconds}`,
        },
      });
    }
    await next();
  });
