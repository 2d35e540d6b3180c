import type { Context } from 'hono';
import type { Quota } from '../errors.ts';
import type { HttpEnv } from './env.ts';

/** The header fields in the document. */
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

const stateOf = ({ name, left, resetSeconds }: Quota): string => `"${name}";r=${left};t=${resetSeconds}`;
const policyOf = ({ name, max, periodSeconds }: Quota): string => `"${name}";q=${max};w=${periodSeconds}`;

/** As draft-ietf-httpapi-ratelimit-headers has it: lists, to which others may have added. */
export function tellQuotas(c: Context<HttpEnv>, quotas: readonly Quota[]): void {
  for (const quota of quotas) {
    c.header('RateLimit', stateOf(quota), { append: true });
    c.header('RateLimit-Policy', policyOf(quota), { append: true });
  }
}

/** The header fields of a refusal: `Retry-After` waits for the last of the quotas that are used up. */
export function refusalHeaders(quotas: readonly Quota[]): Record<string, string> {
  if (quotas.length === 0) return {};
  const waits = quotas.filter(({ left }) => left === 0).map(({ resetSeconds }) => resetSeconds);
  return {
    ...(waits.length > 0 && { 'Retry-After': String(Math.max(...waits)) }),
    RateLimit: quotas.map(stateOf).join(', '),
    'RateLimit-Policy': quotas.map(policyOf).join(', '),
  };
}
