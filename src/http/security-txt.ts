import type { Ctx } from '../context.ts';
import { createRouter } from './router.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const validDays = 30;

/** The address of the operator in `Kairos <hello@kairos.example>`. */
const addressIn = (sender: string): string => /<([^>]*)>/.exec(sender)?.[1] ?? sender;

/**
 * Whom to tell about a vulnerability (RFC 9116). The contact is as current as this response, because it is configured, so
 * `Expires` moves on with every day.
 */
function securityText({ config, now }: Ctx): string {
  const expires = new Date((Math.floor(now().getTime() / dayMs) + validDays) * dayMs);
  return [
    `Contact: ${config.securityContact ?? `mailto:${addressIn(config.mail.from)}`}`,
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${config.apiUrl}/.well-known/security.txt`,
    '',
  ].join('\n');
}

export const securityTextRoutes = createRouter();

securityTextRoutes.get('/.well-known/security.txt', (c) =>
  c.text(securityText(c.var.ctx), 200, { 'Cache-Control': 'public, max-age=3600' }),
);
