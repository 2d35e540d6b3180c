import { z } from '@hono/zod-openapi';
import { ignored } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { publicJwk } from '../../lib/access-token.ts';
import { getServerMetadata } from './metadata.service.ts';

const Jwk = z
  .object({
    kty: z.literal('EC'),
    crv: z.string(),
    x: z.string(),
    y: z.string(),
    kid: z.string(),
    use: z.literal('sig'),
    alg: z.literal('ES256'),
  })
  .openapi('Jwk');
const JwkSet = z.object({ keys: z.array(Jwk) }).openapi('JwkSet');

const jwks = defineRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getJwks',
  summary: 'Read the public keys that verify access tokens',
  description:
    'A JSON Web Key Set (RFC 7517). Cache it for an hour, and fetch it again when a token names an unknown `kid`.',
  tags: ['Identity'],
  credential: ignored,
  isUnlimited: true,
  responses: { 200: json(JwkSet, 'The keys.') },
});

const AuthorizationServer = z
  .object({
    issuer: z.url().openapi({ example: 'https://api.kairos.example' }),
    token_endpoint: z.url().openapi({ example: 'https://api.kairos.example/v1/auth/token' }),
    jwks_uri: z.url().openapi({ example: 'https://api.kairos.example/.well-known/jwks.json' }),
    scopes_supported: z.array(z.string()).openapi({ example: ['profile:read', 'journeys:read'] }),
    response_types_supported: z.array(z.string()).openapi({ example: [] }),
    grant_types_supported: z.array(z.string()).openapi({ example: ['refresh_token'] }),
    token_endpoint_auth_methods_supported: z.array(z.string()).openapi({ example: ['none'] }),
    service_documentation: z.url().openapi({ example: 'https://api.kairos.example/docs' }),
  })
  .openapi('AuthorizationServer');

const metadata = defineRoute({
  method: 'get',
  path: '/.well-known/oauth-authorization-server',
  operationId: 'getAuthorizationServer',
  summary: 'Read the metadata of the authorization server',
  description: 'Names the endpoint that renews tokens, the keys that verify them and the scopes (RFC 8414).',
  tags: ['Identity'],
  credential: ignored,
  isUnlimited: true,
  responses: { 200: json(AuthorizationServer, 'The metadata.') },
});

const forAnHour = { 'Cache-Control': 'public, max-age=3600' };

export const keyRoutes = createRouter()
  .openapi(jwks, (c) => {
    const keys = c.var.ctx.config.authKeys.map((jwk) => Jwk.parse(publicJwk(jwk)));
    return c.json({ keys }, 200, forAnHour);
  })
  .openapi(metadata, (c) => c.json(getServerMetadata(c.var.ctx), 200, forAnHour));
