import { z } from '@hono/zod-openapi';
import { scopes } from '../../context.ts';
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

const AuthorizationServer = z
  .object({
    issuer: z.url().openapi({ example: 'https://api.kairos.example' }),
    token_endpoint: z.url().openapi({ example: 'https://api.kairos.example/v1/auth/token' }),
    jwks_uri: z.url().openapi({ example: 'https://api.kairos.example/.well-known/jwks.json' }),
    scopes_supported: z.array(z.enum(scopes)).openapi({ example: ['profile:read', 'journeys:read'] }),
    response_types_supported: z.array(z.string()).openapi({ example: [] }),
    grant_types_supported: z.array(z.literal('refresh_token')).openapi({ example: ['refresh_token'] }),
    token_endpoint_auth_methods_supported: z.array(z.literal('none')).openapi({ example: ['none'] }),
    service_documentation: z.url().openapi({ example: 'https://api.kairos.example/docs' }),
  })
  .openapi('AuthorizationServer');

const authorizationServer = defineRoute({
  method: 'get',
  path: '/.well-known/oauth-authorization-server',
  operationId: 'getAuthorizationServer',
  summary: 'Where tokens are made and how they are verified (RFC 8414)',
  tags: ['Identity'],
  security: [],
  responses: { 200: json(AuthorizationServer, 'The metadata.') },
});

const forAnHour = { 'Cache-Control': 'public, max-age=3600' };

export const keyRoutes = createRouter()
  .openapi(jwks, (c) => {
    const keys = c.var.ctx.config.authKeys.map((jwk) => Jwk.parse(publicJwk(jwk)));
    return c.json({ keys }, 200, forAnHour);
  })
  .openapi(authorizationServer, (c) => {
    const { apiUrl } = c.var.ctx.config;
    const metadata = {
      issuer: apiUrl,
      token_endpoint: `${apiUrl}/v1/auth/token`,
      jwks_uri: `${apiUrl}/.well-known/jwks.json`,
      scopes_supported: [...scopes],
      response_types_supported: [],
      // The password grant is for our own apps and not announced.
      grant_types_supported: ['refresh_token' as const],
      token_endpoint_auth_methods_supported: ['none' as const],
      service_documentation: `${apiUrl}/docs`,
    };
    return c.json(metadata, 200, forAnHour);
  });
