import { type Ctx, scopes } from '../../context.ts';

/** The metadata of RFC 8414. The password grant is for our own apps and is not announced. */
export const getServerMetadata = ({ config: { apiUrl } }: Ctx) => ({
  issuer: apiUrl,
  token_endpoint: `${apiUrl}/v1/auth/token`,
  jwks_uri: `${apiUrl}/.well-known/jwks.json`,
  scopes_supported: [...scopes],
  response_types_supported: [],
  grant_types_supported: ['refresh_token'],
  token_endpoint_auth_methods_supported: ['none'],
  service_documentation: `${apiUrl}/docs`,
});
