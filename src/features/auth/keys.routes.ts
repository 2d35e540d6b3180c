import { z } from '@hono/zod-openapi';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { publicJwk } from '../../lib/access-token.ts';

const Jwk = z.object({
  kty: z.literal('EC'),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
});
const JwkSet = z.object({ keys: z.array(Jwk) }).openapi('JwkSet');

const jwks = defineRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getJwks',
  summary: 'The public keys that verify our access tokens (RFC 7517)',
  tags: ['Identity'],
  security: [],
  responses: { 200: json(JwkSet, 'The keys.') },
});

export const keyRoutes = createRouter().openapi(jwks, (c) => {
  const keys = c.var.ctx.config.authKeys.map((jwk) => Jwk.parse(publicJwk(jwk)));
  return c.json({ keys }, 200, { 'Cache-Control': 'public, max-age=3600' });
});
