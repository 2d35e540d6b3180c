import type { Context } from 'hono';
import type { Quota } from '../errors.ts';
import type { HttpEnv } from './env.ts';

/** The header fields as the document declares them. */
export const quotaHeaders = {
  RateLimit: {
    description: 'What is left of each quota, and the seconds until it grows again.',
    schema: { type: 'string' as const, example: '"views";r=150;t=86400' },
  },
  'RateLimit-Policy': {
    description: 'Each quota, and the seconds for which it counts.',
    schema: { type: 'string' as const, example: '"views";q=200;w=604800' },
  },
};

const stateOf = ({ name, left, resetSeconds }: Quota): string => `"${name}";r=${left};t=${resetSeconds}`;
const policyOf = ({ name, max, periodSeconds }: Quota): string => `"${name}";q=${max};w=${periodSeconds}`;

/** Appends to the lists of draft-ietf-httpapi-ratelimit-headers, which other code may have started. */
export function addQuotaHeaders(c: Context<HttpEnv>, quotas: readonly Quota[]): void {
  for (const quota of quotas) {
    c.header('RateLimit', stateOf(quota), { append: true });
    c.header('RateLimit-Policy', policyOf(quota), { append: true });
  }
}

/** The header fields of a 429. `Retry-After` waits for the last of the exhausted quotas. */
export function exhaustedQuotaHeaders(quotas: readonly Quota[]): Record<string, string> {
  if (quotas.length === 0) return {};
  const waits = quotas.filter(({ left }) => left === 0).map(({ resetSeconds }) => resetSeconds);
  return {
    ...(waits.length > 0 && { 'Retry-After': String(Math.max(...waits)) }),
    RateLimit: quotas.map(stateOf).join(', '),
    'RateLimit-Policy': quotas.map(policyOf).join(', '),
  };
}
