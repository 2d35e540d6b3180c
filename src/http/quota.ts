import type { Context } from 'hono';
import type { Quota } from '../errors.ts';
import type { HttpEnv } from './env.ts';
import { headersOf } from './route-extras.ts';

/** The headers of a response that tells of a quota. */
export const quotaHeaders = headersOf('RateLimit', 'RateLimit-Policy');

const stateOf = ({ name, left, resetSeconds }: Quota): string => `"${name}";r=${left};t=${resetSeconds}`;
const policyOf = ({ name, max, periodSeconds }: Quota): string => `"${name}";q=${max};w=${periodSeconds}`;

/** Appends to the two headers of draft-ietf-httpapi-ratelimit-headers, which may already contain other quotas. */
export function addQuotaHeaders(c: Context<HttpEnv>, quotas: readonly Quota[]): void {
  for (const quota of quotas) {
    c.header('RateLimit', stateOf(quota), { append: true });
    c.header('RateLimit-Policy', policyOf(quota), { append: true });
  }
}

/** The header fields of a 429. `Retry-After` is the longest wait among the exhausted quotas. */
export function exhaustedQuotaHeaders(quotas: readonly Quota[]): Record<string, string> {
  if (quotas.length === 0) return {};
  const waits = quotas.filter(({ left }) => left === 0).map(({ resetSeconds }) => resetSeconds);
  return {
    ...(waits.length > 0 && { 'Retry-After': String(Math.max(...waits)) }),
    RateLimit: quotas.map(stateOf).join(', '),
    'RateLimit-Policy': quotas.map(policyOf).join(', '),
  };
}
